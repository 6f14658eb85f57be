import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainBindError, parseLogLine } from './envoy-log.ts';

const lines = [
  ['[warning][config] be careful', { level: 'warn', component: 'config', message: 'be careful' }],
  ['[critical][main] [x] y', { level: 'error', component: 'main', message: '[x] y' }],
  ['[info][dynamic_modules] hello', { level: 'info', component: 'dynamic_modules', message: 'hello' }],
  ['#0: Envoy::Server [0x1]', { level: 'error', component: '', message: '#0: Envoy::Server [0x1]' }],
  ['[shout][main] x', { level: 'error', component: '', message: '[shout][main] x' }],
  ['', { level: 'error', component: '', message: '' }],
] as const;
for (const [text, line] of lines) {
  test(`a log line: ${text}`, () => assert.deepEqual(parseLogLine(text), line));
}

const ports = [{ address: '0.0.0.0', port: 8080, flag: '--envoy-http-port' }];
const messages = [
  [
    "x: cannot bind '0.0.0.0:8080': Address already in use",
    /^port 8080 on 0\.0\.0\.0 is in use: .*--envoy-http-port$/,
  ],
  [
    "error `cannot bind '[::1]:80': Permission denied` init",
    /^port 80 on ::1 needs a privilege .*above 1023 .*its flag$/,
  ],
  [
    "cannot bind '192.0.2.1:8080': Cannot assign requested address",
    /^192\.0\.2\.1 is no address of this machine/,
  ],
  [
    "cannot bind '0.0.0.0:8080': Stars are wrong",
    /^cannot listen on 0\.0\.0\.0:8080 \(--envoy-http-port\): Stars are wrong$/,
  ],
] as const;
for (const [message, expected] of messages) {
  test(`what cannot be bound: ${message}`, () => {
    assert.match(explainBindError(message, ports) ?? '', expected);
  });
}

test('other words are no bind error', () => {
  assert.equal(explainBindError('cannot open file', ports), undefined);
});
