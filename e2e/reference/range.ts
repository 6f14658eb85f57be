// The names that one world draws from. The fewer there are, the more its objects meet.
import fc from 'fast-check';
import type { Metadata } from './objects.ts';

/** All that worlds may have. */
export const namespaces = ['a', 'b', 'c'] as const;
export const exactHosts = ['one.com', 'two.com', 'x.w.com'] as const;
const ingressHosts = [...exactHosts, '*.w.com', '*'] as const;
const matches = ['/', '/a', '/a/', '/a/b', '/ab', '/a%2fb', '/a.b', '/a/b/c', '/b', '/b/c', '/b-'] as const;

/** Names for the objects of one world. */
export interface Range {
  readonly namespaces: readonly string[];
  readonly exactHosts: readonly string[];
  /** Of Ingresses; `*` stands for a rule without a host. */
  readonly ingressHosts: readonly string[];
  /** Hosts that are mostly served over TLS, whoever claims them. */
  readonly tlsHosts: readonly string[];
  readonly matches: readonly string[];
  /** Of an object with one of these names. */
  metadata(names: readonly string[]): fc.Arbitrary<Metadata>;
}

/** Mostly the first, once in `weight + 1` times the other. */
export const often = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: other });

/** There once in `weight + 1` times. */
export const seldom = <T>(value: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> =>
  often<T | undefined>(fc.constant(undefined), value, weight);

const times = ['2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z'];

type Names = Omit<Range, 'metadata'>;

const anyNames: fc.Arbitrary<Names> = fc.record({
  namespaces: fc.subarray([...namespaces], { minLength: 1 }),
  exactHosts: fc.subarray([...exactHosts], { minLength: 1 }),
  ingressHosts: fc.subarray([...ingressHosts], { minLength: 2 }),
  tlsHosts: fc.subarray([...ingressHosts]),
  matches: fc.subarray([...matches], { minLength: 3 }),
});

/** One host, one namespace, and matches that lie under each other: most delegations lead somewhere. */
const family: fc.Arbitrary<Names> = fc.constantFrom(...namespaces).map((namespace) => ({
  namespaces: [namespace],
  exactHosts: ['two.com'],
  ingressHosts: ['one.com', '*'],
  tlsHosts: [],
  matches: ['/', '/a', '/a/b', '/a/b/c'],
}));

/** Ranges of any size. In some worlds no object has a time, as in a folder of manifests. */
export const anyRange: fc.Arbitrary<Range> = fc
  .tuple(often(anyNames, family, 2), often<readonly string[]>(fc.constant(times), fc.constant([]), 4))
  .map(([names, times]) => ({
    ...names,
    metadata: (objects) => metadata(names.namespaces, objects, times),
  }));

function metadata(
  namespaces: readonly string[],
  names: readonly string[],
  times: readonly string[],
): fc.Arbitrary<Metadata> {
  const annotations = { 'kubernetes.io/ingress.class': 'other' };
  return fc.record(
    {
      namespace: fc.constantFrom(...namespaces),
      name: fc.constantFrom(...names),
      ...(times.length > 0 && { creationTimestamp: fc.constantFrom(...times) }),
      annotations: often(
        fc.constant({}),
        fc.constantFrom(annotations, { 'kubernetes.io/ingress.class': 'contour' }),
        15,
      ),
    },
    { noNullPrototype: true },
  );
}
