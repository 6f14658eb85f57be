// Who gets a host that several objects name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type IngressRouteOptions, ingress, ingressRoute, path, rule } from '../testing/objects.ts';
import { defaultSettings } from '../testing/view.ts';
import { keyOf } from './objects.ts';
import { settle } from './ownership.ts';
import type { Claimant } from './view.ts';

const host = 'a.com';
const root = (id: `${string}/${string}`, created?: number, more: IngressRouteOptions = {}) =>
  ingressRoute(id, { fqdn: host, ...(created !== undefined && { created }), ...more });
const ing = (id: `${string}/${string}`, created?: number) =>
  ingress(id, { ...(created !== undefined && { created }), rules: [rule(host, path('/', 'web:80'))] });

function outcome(claimants: readonly Claimant[], rootNamespaces: readonly string[] = []) {
  const settings = { ...defaultSettings, rootNamespaces: new Set(rootNamespaces) };
  const { root, ingresses, refused } = settle(host, claimants, settings);
  return {
    serve: [...(root ? [root] : []), ...ingresses].map(keyOf),
    refused: new Map(refused.map(({ claimant, problem }) => [keyOf(claimant), problem.message])),
  };
}

const taken = (by: string) => `fqdn "a.com" is already used by ${by}`;
const forbidden = 'root IngressRoute cannot be defined in this namespace';

interface Case {
  readonly name: string;
  readonly claimants: readonly Claimant[];
  readonly rootNamespaces?: readonly string[];
  readonly serve: readonly string[];
  /** Messages by `namespace/name`, or what they begin with. */
  readonly refused?: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  { name: 'nobody', claimants: [], serve: [] },
  {
    name: 'the oldest root, whatever its name',
    claimants: [root('b/x', 1), root('a/x', 2)],
    serve: ['b/x'],
    refused: { 'a/x': taken('IngressRoute b/x') },
  },
  {
    name: 'equally old: by namespace, then name',
    claimants: [root('a-b/x', 1), root('a/y', 1), root('a/x', 1)],
    serve: ['a/x'],
    refused: { 'a/y': taken('IngressRoute a/x'), 'a-b/x': taken('IngressRoute a/x') },
  },
  {
    name: 'without a timestamp: as old as any other',
    claimants: [root('b/x', 1), root('a/x')],
    serve: ['a/x'],
    refused: { 'b/x': taken('IngressRoute a/x') },
  },
  {
    name: 'without a timestamp: no older than any other',
    claimants: [root('b/x'), root('a/x', 1)],
    serve: ['a/x'],
    refused: { 'b/x': taken('IngressRoute a/x') },
  },
  {
    name: 'a claim lasts whatever else is wrong with its object',
    claimants: [root('b/x', 1, { tls: 'none', malformed: [{ path: 'spec', message: 'x' }] }), root('a/x', 2)],
    serve: ['b/x'],
    refused: { 'a/x': taken('IngressRoute b/x') },
  },
  {
    name: 'an older Ingress keeps the host from a root of another namespace',
    claimants: [ing('a/i', 1), root('b/x', 2)],
    serve: ['a/i'],
    refused: { 'b/x': taken('Ingress a/i') },
  },
  {
    name: 'a root keeps the host from Ingresses of other namespaces',
    claimants: [root('b/x', 1), ing('a/i', 2), ing('b/i', 3)],
    serve: ['b/x', 'b/i'],
    refused: { 'a/i': 'host "a.com" is already used by IngressRoute b/x' },
  },
  {
    name: "the owner's root and Ingresses merge, whichever is older",
    claimants: [ing('a/i', 1), root('a/x', 2), ing('c/i', 3), root('a/y', 3)],
    serve: ['a/x', 'a/i'],
    refused: { 'c/i': 'host "a.com" is already used by IngressRoute a/x', 'a/y': taken('IngressRoute a/x') },
  },
  {
    name: 'Ingresses of all namespaces share a host that no root claims, oldest first',
    claimants: [ing('c/i', 3), ing('a/i', 1), ing('b/i', 2)],
    serve: ['a/i', 'b/i', 'c/i'],
  },
  {
    name: 'a root that lost its claim drives no Ingress out',
    claimants: [ing('a/i', 1), root('b/x', 2), ing('c/i', 3)],
    serve: ['a/i', 'c/i'],
    refused: { 'b/x': taken('Ingress a/i') },
  },
  {
    name: 'root namespaces: a root elsewhere claims nothing',
    claimants: [root('b/x', 1), root('r/x', 2), ing('a/i', 3)],
    rootNamespaces: ['r'],
    serve: ['r/x'],
    refused: { 'b/x': forbidden, 'a/i': 'host "a.com" is already used by IngressRoute r/x' },
  },
  {
    name: 'root namespaces: roots rank before Ingresses',
    claimants: [ing('a/i', 1), root('r/x', 2)],
    rootNamespaces: ['r'],
    serve: ['r/x'],
    refused: { 'a/i': 'host "a.com" is already used by IngressRoute r/x' },
  },
  {
    name: 'root namespaces: Ingresses stay where no root claims',
    claimants: [ing('a/i', 1), root('b/x', 2)],
    rootNamespaces: ['r'],
    serve: ['a/i'],
    refused: { 'b/x': forbidden },
  },
];

for (const { name, claimants, rootNamespaces, serve, refused = {} } of cases) {
  test(name, () => {
    const got = outcome(claimants, rootNamespaces);
    assert.deepEqual(
      got.serve.map((key) => key.slice(key.indexOf('/') + 1)),
      serve,
    );
    assert.equal(got.refused.size, Object.keys(refused).length);
    for (const [key, message] of got.refused) {
      const expected = refused[key.slice(key.indexOf('/') + 1)];
      assert.ok(expected !== undefined && message.startsWith(expected), `${key}: ${message}`);
    }
  });
}

test('any order of claimants gives the same, also where some have no timestamp', () => {
  const claimant = fc
    .tuple(fc.boolean(), fc.constantFrom('a/x', 'a/y', 'b/x'), fc.option(fc.integer({ min: 1, max: 3 })))
    .map(([isRoot, id, created]) => (isRoot ? root : ing)(id as 'a/x', created ?? undefined));
  const claimants = fc.uniqueArray(claimant, { selector: keyOf, maxLength: 6 });
  const shuffled = claimants.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, fc.subarray(['a', 'b']), ([one, other], namespaces) => {
      assert.deepEqual(outcome(one, namespaces), outcome(other, namespaces));
    }),
  );
});
