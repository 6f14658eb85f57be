import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../dag/model.ts';
import { objectKey } from '../dag/objects.ts';
import { objectCounts } from './object-counts.ts';

const verdict = (
  kind: 'Ingress' | 'IngressRoute',
  name: string,
  currentStatus: Verdict['currentStatus'],
) => ({
  ...{ object: objectKey(kind, 'shop', name), currentStatus },
  ...{ generation: 1, uid: undefined, description: '', problems: [], problemsCount: 0 },
  ...{ reachedFrom: [], reachedFromCount: 0 },
});

test('judged kinds are counted by their verdicts, the others as they are read', () => {
  const verdicts = [
    verdict('Ingress', 'a', 'valid'),
    verdict('IngressRoute', 'a', 'valid'),
    verdict('IngressRoute', 'b', 'valid'),
    verdict('IngressRoute', 'c', 'orphaned'),
  ];
  const counts = [...objectCounts(verdicts, new Map([['Service', 7]] as const))];
  assert.deepEqual(
    counts.filter(({ count }) => count > 0).map(({ kind, validity, count }) => [kind, validity, count]),
    [
      ['IngressRoute', 'valid', 2],
      ['IngressRoute', 'orphaned', 1],
      ['Ingress', 'valid', 1],
      ['Service', 'none', 7],
    ],
  );
});
