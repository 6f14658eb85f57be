import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest } from './closest.ts';

const known = ['fqdn', 'tls', 'prefixRewrite', 'enableWebsockets'];
const cases: readonly (readonly [word: string, meant: string | undefined])[] = [
  ['fdqn', 'fqdn'],
  ['fqd', 'fqdn'],
  ['fqnd', 'fqdn'],
  ['dnfq', undefined],
  ['tsl', 'tls'],
  ['prefixRewirte', 'prefixRewrite'],
  ['enableWebsocket', 'enableWebsockets'],
  ['replicas', undefined],
  ['', undefined],
];
for (const [word, meant] of cases)
  test(`"${word}" is ${meant ?? 'none of them'}`, () => assert.equal(closest(word, known), meant));
