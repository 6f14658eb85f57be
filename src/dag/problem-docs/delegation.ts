// Problems of delegations. They are told to the object that delegates, but for a match outside of the prefix.
import { problems } from '../problems.ts';
import type { Code, ProblemDoc } from './doc.ts';

const blog = { namespace: 'shop', name: 'blog' };

export const delegation = {
  DelegateMissing: {
    sample: problems.DelegateMissing('/blog', blog),
    effect: 'prefix',
    about: 'Heals by itself when the object is created.',
  },
  DelegateIsRoot: {
    sample: problems.DelegateIsRoot('/blog', blog),
    effect: 'prefix',
    about: 'A root has a host of its own. The target is served there as before.',
  },
  DelegationCycle: {
    sample: problems.DelegationCycle('/blog', [blog, { ...blog, name: 'posts' }, blog]),
    effect: 'prefix',
    about: 'Told to the object that closes the cycle, as seen from the root.',
  },
  DelegateHasNoRoute: {
    sample: problems.DelegateHasNoRoute('/blog', blog),
    effect: 'prefix',
    about: 'A target repeats the whole prefix in its matches; they are not relative to it.',
  },
  DelegateHasNoTcpProxy: {
    sample: problems.DelegateHasNoTcpProxy(blog),
    effect: 'prefix',
    about: 'A `tcpproxy` is delegated to a `tcpproxy`.',
  },
  PrefixMismatch: {
    sample: problems.PrefixMismatch(
      '/blogger',
      { kind: 'IngressRoute', namespace: 'shop', name: 'root' },
      '/blog',
    ),
    effect: 'ignored',
    about:
      'Told to the target. An error only if every root that reaches the object finds a mistake in it; otherwise a warning, so that no root spoils the object for others.',
  },
} satisfies Partial<Record<Code, ProblemDoc>>;
