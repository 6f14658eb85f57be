import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitingNews } from './waiting-news.ts';

test('beyond the bound the oldest of the namespace that has most is dropped', () => {
  const waiting = new WaitingNews<string>(3);
  assert.equal(waiting.put('Ingress/quiet/x', 'first'), undefined);
  assert.equal(waiting.put('Ingress/loud/a', 'a'), undefined);
  assert.equal(waiting.put('Ingress/loud/b', 'b'), undefined);
  assert.equal(
    waiting.put('Ingress/loud/a', 'newer'),
    undefined,
    'newer news of an object replace the older',
  );
  assert.equal(waiting.put('Ingress/loud/c', 'c'), 'Ingress/loud/b');
  assert.equal(waiting.get('Ingress/quiet/x'), 'first');
  assert.equal(waiting.get('Ingress/loud/a'), 'newer');
  assert.equal(waiting.get('Ingress/loud/b'), undefined);
  waiting.delete('Ingress/quiet/x');
  waiting.delete('Ingress/quiet/x');
  assert.equal(waiting.put('Ingress/other/y', 'y'), undefined, 'there is room again');
});
