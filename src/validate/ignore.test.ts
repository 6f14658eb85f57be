import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sentenceOf } from '../dag/description.ts';
import type { Verdict } from '../dag/model.ts';
import { objectKey } from '../dag/objects.ts';
import { type Problem, problems } from '../dag/problems.ts';
import { delegateTo, ingressRoute, routeTo, service } from '../testing/manifests.ts';
import { ignoring } from './ignore.ts';
import { judged, words } from './testing/judged.ts';

const without = (verdicts: ReadonlyMap<Verdict['object'], Verdict>, ...codes: string[]) => {
  const filtered = ignoring(verdicts, new Set(codes));
  return {
    words: words(new Map([...filtered].map(([key, { verdict }]) => [key, verdict]))),
    ignored: [...filtered.values()].flatMap(({ ignored }) => ignored.map(({ code }) => code)),
  };
};

const missing = (route: string): Problem =>
  problems.ServiceMissing({ ...{ namespace: 'shop', name: 'web', port: 80 }, route, severity: 'error' });

const verdict = (found: readonly Problem[], more: Partial<Verdict> = {}): Verdict => ({
  ...{ object: objectKey('IngressRoute', 'shop', 'a'), generation: 1, uid: undefined },
  ...{ currentStatus: 'invalid', description: found[0]?.message ?? '' },
  ...{ problems: found, problemsCount: found.length, reachedFrom: [], reachedFromCount: 0 },
  ...more,
});
const one = (judged: Verdict, ...codes: string[]) => {
  const [filtered] = ignoring(new Map([[judged.object, judged]]), new Set(codes)).values();
  assert.ok(filtered !== undefined);
  return filtered.verdict;
};

describe('problems that are ignored', () => {
  it('decide no status, and the first of the others describes it', () => {
    const fqdn = problems.FqdnInvalid('*');
    const both = verdict([fqdn, missing('/a'), missing('/b')]);
    assert.deepEqual(
      { ...one(both, 'ServiceMissing'), object: '' },
      { ...both, object: '', problems: [fqdn], problemsCount: 1, description: fqdn.message },
    );
    const none = one(verdict([missing('/a'), problems.NoRoutes()]), 'ServiceMissing');
    assert.deepEqual(
      [none.currentStatus, none.description, none.problemsCount],
      ['valid', 'valid IngressRoute', 1],
    );
    assert.equal(one(both, 'FqdnInvalid').description, sentenceOf(missing('/a')));
  });

  it('change nothing of who has none of them', () => {
    const judgedBefore = verdict([missing('/a')]);
    assert.equal(one(judgedBefore, 'SecretMissing'), judgedBefore);
  });

  it('an orphan stays one unless that is ignored', () => {
    const orphan = verdict([problems.Orphaned(), problems.NoRoutes()], { currentStatus: 'orphaned' });
    assert.equal(one(orphan, 'NoRoutes').currentStatus, 'orphaned');
    assert.equal(one(orphan, 'Orphaned').currentStatus, 'valid');
  });

  it('stay invalid as long as errors may be among those that are not listed', () => {
    const listed = [missing('/a'), missing('/b')];
    const hiding = one(verdict(listed, { problemsCount: 30 }), 'ServiceMissing');
    assert.deepEqual([hiding.currentStatus, hiding.problemsCount], ['invalid', 28]);
    assert.match(hiding.description, /more problems than are listed/);
    const warned = [...listed, problems.NoRoutes()];
    assert.equal(one(verdict(warned, { problemsCount: 30 }), 'ServiceMissing').currentStatus, 'valid');
  });
});

describe('a root that is fine but for what is ignored', () => {
  const objects = (secretName: string) => [
    ingressRoute('shop/root', { fqdn: 'a.test', secretName, routes: [delegateTo('/', 'shop/child')] }),
    ingressRoute('shop/child', { routes: [routeTo('/', 'web')] }),
    service('shop/web'),
  ];

  it('does not fail those that it delegates to', () => {
    const { after } = judged(objects('cert'));
    assert.equal(words(after)['IngressRoute/shop/child'], 'invalid RootNotServed');
    assert.deepEqual(without(after, 'SecretMissing').words, {
      'IngressRoute/shop/child': 'valid',
      'IngressRoute/shop/root': 'valid',
    });
    assert.deepEqual(without(after, 'SecretMissing').ignored.sort(), ['RootNotServed', 'SecretMissing']);
  });

  it('but one with another problem does', () => {
    const { after } = judged(objects('a/b/c'));
    assert.equal(without(after, 'SecretMissing').words['IngressRoute/shop/child'], 'invalid RootNotServed');
  });
});
