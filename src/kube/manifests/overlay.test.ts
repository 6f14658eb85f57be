import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createOverlay } from './overlay.ts';
import { readManifests } from './read.ts';

const objects = (...specs: readonly string[]) =>
  readManifests(
    specs
      .map((spec) => `apiVersion: v1\nkind: X\nmetadata: {name: ${spec[0]}}\nspec: "${spec}"`)
      .join('\n---\n'),
    'f',
  ).objects;

/** `+a1`: applied with that spec; `-a1`: deleted. */
const set = (overlay: ReturnType<typeof createOverlay>, file: string, ...specs: readonly string[]) =>
  overlay
    .set(file, objects(...specs))
    .map(({ type, object }) => `${type === 'applied' ? '+' : '-'}${object.spec}`);

it('only what differs is sent', () => {
  const overlay = createOverlay();
  assert.deepEqual(set(overlay, 'f', 'a1', 'b1'), ['+a1', '+b1']);
  assert.deepEqual(set(overlay, 'f', 'a1', 'b1'), []);
  assert.deepEqual(set(overlay, 'f', 'b2', 'c1'), ['+b2', '+c1', '-a1']);
  assert.deepEqual(set(overlay, 'f'), ['-b2', '-c1']);
});

it('an object that comes in another version takes the former one with it', () => {
  const overlay = createOverlay();
  const versions = (version: string) =>
    overlay
      .set('f', readManifests(`apiVersion: g/${version}\nkind: X\nmetadata: {name: a}`, 'f').objects)
      .map(({ type, object }) => `${type} ${object.apiVersion}`);
  assert.deepEqual(versions('v1beta1'), ['applied g/v1beta1']);
  assert.deepEqual(versions('v1'), ['deleted g/v1beta1', 'applied g/v1']);
});

it('of two files the first by path is in force, in any order of arrival', () => {
  const overlay = createOverlay();
  assert.deepEqual(set(overlay, 'n', 'a2'), ['+a2']);
  assert.deepEqual(set(overlay, 'z', 'a3'), []);
  assert.deepEqual(set(overlay, 'b', 'a1'), ['+a1']);
  assert.deepEqual(overlay.conflicts('n'), [{ title: 'X default/a', used: 'b', unused: 'n' }]);
  assert.deepEqual(set(overlay, 'n', 'a9'), []);
  assert.deepEqual(set(overlay, 'b'), ['+a9']);
  assert.deepEqual(set(overlay, 'n'), ['+a3']);
  assert.deepEqual(overlay.conflicts('z'), []);
  assert.deepEqual(set(overlay, 'z'), ['-a3']);
});

it('an object that moves to another file is not deleted on the way', () => {
  const overlay = createOverlay();
  set(overlay, 'b', 'a1');
  assert.deepEqual(set(overlay, 'a', 'a1'), []);
  assert.deepEqual(set(overlay, 'b'), []);
  assert.equal(overlay.count('a'), 1);
});
