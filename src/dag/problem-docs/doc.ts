// What is written about a problem beside its wording: for docs/problems.md.
import type { Problem, problems } from '../problems.ts';

export type Code = keyof typeof problems;

export interface ProblemDoc {
  /** The problem as it is told in an example. */
  readonly sample: Problem;
  readonly effect: Effect;
  /** What is wrong and how one comes to it; Markdown. The remedy is in the wording. */
  readonly about: string;
}

/** What becomes of requests; the texts are in `effects`. */
export type Effect = keyof typeof effects;

/** In few words, and in full; Markdown. */
export const effects = {
  nothing: ['nothing', 'Nothing: everything is served as it would be without it.'],
  ignored: ['it has no effect', 'What is named has no effect; everything else is served.'],
  prefix: [
    'the prefix answers 503',
    'Requests under this prefix answer 503 and fall through to no shorter one; all other routes are served. In `tcpproxy`: the connections of the host are closed.',
  ],
  share: [
    'its share answers 503',
    'The share of this service answers 503; if no other service of the route is left, its whole prefix does. In `tcpproxy`: the connections of that share are closed. With weight 0 it is a warning and changes nothing.',
  ],
  leftOut: ['it is left out', 'It is left out, since no request could reach it; all else is served.'],
  notServed: [
    'the object is not served',
    'The object serves nothing under this host. Whoever else has the host is served as before.',
  ],
  host: [
    'the host is not served',
    "The root's routes are taken out on both listeners, with all that is delegated from them: its host answers 404. Ingresses of the same namespace keep their paths on the HTTP listener.",
  ],
  certificate: [
    'the host is not served',
    "IngressRoute: the root's routes are taken out on both listeners, never served in clear because the certificate is missing. Ingress: the host is not served over TLS.",
  ],
  place: [
    'depends on the place',
    'In a route: its prefix answers 503. Elsewhere in a root: its routes are taken out. Elsewhere in an object that others delegate to: the delegated prefixes answer 503. In an Ingress or TLSCertificateDelegation: that part is left out.',
  ],
  lastGood: [
    'the last good version serves',
    'The host keeps being served as Envoy last accepted it; 503 if it never did. All other hosts are served and updated.',
  ],
} as const;
