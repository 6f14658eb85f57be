import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createLog, type LogSettings } from './log.ts';

function linesOf(settings: LogSettings, ...messages: string[]): string[] {
  let written = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += chunk;
      done();
    },
  });
  const log = createLog(settings, stream);
  for (const message of messages) log.info(message);
  log.debug('not at this level');
  return written.trimEnd().split('\n');
}

test('a message is one line, whatever a user put in it', () => {
  const [line, ...rest] = linesOf({ level: 'info', format: 'text' }, 'host "a\nerror: fake\u001b[2J"');
  assert.deepEqual(rest, []);
  assert.match(line ?? '', /^\S+ info: host "a\\nerror: fake\\u\{1b\}\[2J"$/);
});

test('JSON lines have level, message and timestamp', () => {
  const lines = linesOf({ level: 'info', format: 'json' }, 'one', 'two');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ level, message }) => [level, message]),
    [
      ['info', 'one'],
      ['info', 'two'],
    ],
  );
  assert.ok(Date.parse(JSON.parse(lines[0] ?? '').timestamp) > 0);
});
