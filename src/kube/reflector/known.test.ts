import assert from 'node:assert/strict';
import { test } from 'node:test';
import { service } from '../../testing/manifests.ts';
import { resources } from '../resources.ts';
import { KnownObjects } from './known.ts';

test('what is gone is forgotten, and so told once', () => {
  const known = new KnownObjects(resources.services, () => assert.fail('malformed'));
  known.listed([service('a/1'), service('a/2')], new Set());
  known.happened({ type: 'DELETED', object: service('a/1'), resourceVersion: '3' });
  assert.equal(known.size, 1);
  assert.equal(known.missing(new Set()).length, 1);
  assert.equal(known.size, 0);
  assert.deepEqual(known.missing(new Set()), []);
});
