import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tls } from '../testing/reading-secrets.ts';
import { WantedSecrets } from './wanted.ts';

const one = { namespace: 'a', name: 'one' };

test('what is not known yet is counted, however it ends', () => {
  const wanted = new WantedSecrets();
  assert.ok(wanted.add(one));
  assert.ok(!wanted.add(one));
  assert.equal(wanted.awaited, 1);
  wanted.answered(one, tls('a/one'), true);
  wanted.answered(one, tls('a/one'), true);
  assert.equal(wanted.awaited, 0);
  wanted.add({ ...one, name: 'two' });
  assert.equal(wanted.awaited, 1);
  assert.equal(wanted.drop(() => false).names.length, 2);
  assert.equal(wanted.awaited, 0);
  assert.equal(wanted.size, 0);
});

test('those that no watch tells of take turns', () => {
  const wanted = new WantedSecrets();
  for (const name of ['1', '2', '3']) {
    wanted.add({ ...one, name });
    wanted.answered({ ...one, name }, undefined, false);
  }
  const turns = [1, 2, 3, 4].map(() => wanted.unwatched(1).map(({ name }) => name));
  assert.deepEqual(turns, [['1'], ['2'], ['3'], ['1']]);
  wanted.watched({ type: 'applied', object: tls('a/2') });
  assert.equal(wanted.unwatched(9).length, 2);
  wanted.watched({ type: 'deleted', object: tls('a/2') });
  assert.equal(wanted.unwatched(9).length, 3);
});

test('a certificate is watched from when the watch has it, not from the answer to a request', () => {
  const wanted = new WantedSecrets();
  wanted.add(one);
  wanted.answered(one, tls('a/one'), false);
  assert.equal(wanted.unwatched(9).length, 1);
  wanted.answered(one, tls('a/one'), true);
  assert.equal(wanted.unwatched(9).length, 0);
});
