// Problems of hosts: their names, who has them, and an object's fields in general.
import { problems } from '../problems.ts';
import type { Code, ProblemDoc } from './doc.ts';

const shop = { kind: 'IngressRoute', namespace: 'shop', name: 'root' };

export const hosts = {
  FqdnInvalid: {
    sample: problems.FqdnInvalid('*.example.com'),
    effect: 'notServed',
    about: 'A root serves exactly one host. Wildcards are for Ingress. It claims nothing meanwhile.',
  },
  FqdnTaken: {
    sample: problems.FqdnTaken('shop.example.com', shop),
    effect: 'notServed',
    about:
      'The namespace of the oldest claimant owns a host, and in it the oldest root serves. A claim lasts while the object exists, whatever else is wrong with it.',
  },
  RootNamespaceForbidden: {
    sample: problems.RootNamespaceForbidden(),
    effect: 'notServed',
    about: '`--ingressroute-root-namespaces` is set and this namespace is none of them. It claims nothing.',
  },
  RootNotServed: {
    sample: problems.RootNotServed(shop),
    effect: 'notServed',
    about:
      'Told to an object that is delegated to, when the host of the root above it is not served. An error if this is so for every root that reaches it, else a warning.',
  },
  NoRoutes: {
    sample: problems.NoRoutes(),
    effect: 'nothing',
    about: 'The object keeps its host, which answers 404.',
  },
  Orphaned: {
    sample: problems.Orphaned(),
    effect: 'nothing',
    about:
      'An object without `virtualhost` serves only where a root delegates to it. Its status is `orphaned`.',
  },
  HostTaken: {
    sample: problems.HostTaken('shop.example.com', shop),
    effect: 'notServed',
    about:
      'Of an Ingress: a root IngressRoute of another namespace has the host. Ingresses of several namespaces share a host only while no IngressRoute serves it.',
  },
  HostInvalid: {
    sample: problems.HostInvalid('shop.*.com'),
    effect: 'leftOut',
    about: 'Of a rule of an Ingress. Its other rules are served.',
  },
  MalformedField: {
    sample: problems.MalformedField('spec.routes[0].services[0].port', 'must be an integer', '/'),
    effect: 'place',
    about:
      'A value of another type or size than the API has. The CRD refuses these at creation; objects older than the CRD, and manifests of a folder, can have them.',
  },
  UnknownField: {
    sample: problems.UnknownField('spec.routes[0].permitInsecur', 'permitInsecure', '/'),
    effect: 'ignored',
    about: 'Most unknown fields are mistyped. A cluster keeps them in the object, so the status can tell.',
  },
  AnnotationUnknown: {
    sample: problems.AnnotationUnknown(
      'contour.heptio.com/request-timout',
      'contour.heptio.com/request-timeout',
    ),
    effect: 'ignored',
    about: 'Of an Ingress. Most unknown annotations of ours are mistyped.',
  },
  AnnotationInvalid: {
    sample: problems.AnnotationInvalid(
      'contour.heptio.com/request-timeout',
      'fast',
      'is not a duration such as "1.5s", nor "infinity", so there is no limit',
    ),
    effect: 'ignored',
    about: 'Of an Ingress. The message says what is done instead.',
  },
  AnnotationIgnored: {
    sample: problems.AnnotationIgnored(
      'contour.heptio.com/num-retries',
      'there is no contour.heptio.com/retry-on to say when to try again',
    ),
    effect: 'ignored',
    about: 'Of an Ingress, beside others that make it pointless.',
  },
  EnvoyRefused: {
    sample: problems.EnvoyRefused('Regex does not compile'),
    effect: 'lastGood',
    about:
      'Envoy has limits that are not known here. The resources of the one host that it refuses are found and kept back.',
  },
} satisfies Partial<Record<Code, ProblemDoc>>;
