// Problems of single routes: match, target and policy.
import { problems } from '../problems.ts';
import type { Code, ProblemDoc } from './doc.ts';

export const routes = {
  MatchMissing: {
    sample: problems.MatchMissing('spec.routes[2]'),
    effect: 'leftOut',
    about: 'Nobody knows which prefix it is for, so none answers 503 for it.',
  },
  MatchInvalid: {
    sample: problems.MatchInvalid('blog', 'does not begin with "/"'),
    effect: 'leftOut',
    about:
      'Paths are normalised before they are matched: `.`, `..` and `//` are gone by then, and a query is no part of them.',
  },
  MatchEnding: {
    sample: problems.MatchEnding('/blog/*'),
    effect: 'nothing',
    about:
      'Written for a proxy with patterns, as a rule. It is served as it stands: `/blog/*` matches a literal star.',
  },
  RegexInvalid: {
    sample: problems.RegexInvalid('/item/[', 'is not complete, or has a repetition of nothing'),
    effect: 'leftOut',
    about:
      'Of an Ingress: a path of type ImplementationSpecific with characters of a regular expression is one, in the syntax of RE2.',
  },
  Shadowed: {
    sample: problems.Shadowed('/blog', {
      object: { kind: 'IngressRoute', namespace: 'shop', name: 'root' },
      host: 'shop.example.com',
    }),
    effect: 'ignored',
    about:
      'The same path twice. The object that delegates beats the one that it delegates to; inside one object the last one wins; an IngressRoute beats an Ingress, the older Ingress the younger.',
  },
  NoTarget: {
    sample: problems.NoTarget('/blog'),
    effect: 'prefix',
    about: 'Often an indentation mistake that puts `services` beside the route.',
  },
  ServicesAndDelegate: {
    sample: problems.ServicesAndDelegate('/blog'),
    effect: 'prefix',
    about: 'It cannot be told which one is meant.',
  },
  WebsocketsWithSeveralServices: {
    sample: problems.WebsocketsWithSeveralServices('/chat'),
    effect: 'prefix',
    about: 'As in Contour 0.15.',
  },
  PortOutOfRange: {
    sample: problems.PortOutOfRange('/blog', 'blog', 70_000),
    effect: 'prefix',
    about: 'Without `port` it is told as port 0.',
  },
  WeightNegative: {
    sample: problems.WeightNegative('/blog', 'blog', -1),
    effect: 'prefix',
    about: 'Weights are relative to each other and may have any sum.',
  },
  DurationUnreadable: {
    sample: problems.DurationUnreadable('/blog', 'timeoutPolicy.request', '90', 'infinity'),
    effect: 'ignored',
    about: 'A number without a unit, as a rule. `infinity` is a value of `timeoutPolicy.request` of its own.',
  },
  RetryCountNegative: {
    sample: problems.RetryCountNegative('/blog', -1),
    effect: 'prefix',
    about: '0 means the same as no `count`: one more try.',
  },
  PrefixRewriteInvalid: {
    sample: problems.PrefixRewriteInvalid('/blog', 'v1', 'does not begin with "/"'),
    effect: 'prefix',
    about: 'The path that a service gets must be one.',
  },
  BackendMissing: {
    sample: problems.BackendMissing('/blog'),
    effect: 'prefix',
    about: 'Of an Ingress. `resource` backends are not served.',
  },
} satisfies Partial<Record<Code, ProblemDoc>>;
