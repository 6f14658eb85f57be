// Annotations of an Ingress: which keep its paths off the HTTP listener, and which have no effect yet.

import type { TlsVersion } from '../model.ts';
import type { Ingress } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';
import { tlsVersion, versionProblem } from '../tls.ts';

const versionAnnotation = 'contour.heptio.com/tls-minimum-protocol-version';
const ignored = [
  'contour.heptio.com/request-timeout',
  'contour.heptio.com/retry-on',
  'contour.heptio.com/num-retries',
  'contour.heptio.com/per-try-timeout',
  'contour.heptio.com/websocket-routes',
];

/** How the paths are answered without TLS. `refuse`: not at all, so they answer 503. */
export type PlainUse = 'serve' | 'redirect' | 'refuse';

export function plainUse({ annotations }: Ingress): PlainUse {
  if (annotations.get('kubernetes.io/ingress.allow-http') === 'false') return 'refuse';
  return annotations.get('ingress.kubernetes.io/force-ssl-redirect') === 'true' ? 'redirect' : 'serve';
}

/** The oldest version that clients may use. A problem: the Ingress can't be served over TLS as it asks for. */
export function minimumTlsVersion({ annotations }: Ingress): TlsVersion | Problem | undefined {
  const text = annotations.get(versionAnnotation);
  return versionProblem(`annotation ${versionAnnotation}`, text) ?? tlsVersion(text);
}

export const annotationProblems = ({ annotations }: Ingress): readonly Problem[] =>
  ignored.filter((name) => annotations.has(name)).map(problems.AnnotationIgnored);
