// What the annotations of an Ingress ask for.
import { closest } from '../../runtime/closest.ts';
import { durationMs } from '../duration.ts';
import type { RoutePolicy, TlsVersion } from '../model.ts';
import type { Ingress } from '../objects.ts';
import { type Problem, problems } from '../problems.ts';
import { tlsVersion, versionProblem } from '../tls.ts';

const prefix = 'contour.heptio.com/';
const versionAnnotation = `${prefix}tls-minimum-protocol-version`;
const timeoutAnnotation = `${prefix}request-timeout`;
const retryOnAnnotation = `${prefix}retry-on`;
const retriesAnnotation = `${prefix}num-retries`;
const perTryAnnotation = `${prefix}per-try-timeout`;
const websocketsAnnotation = `${prefix}websocket-routes`;
/** The class is read where objects are chosen. */
const known: ReadonlySet<string> = new Set([
  `${prefix}ingress.class`,
  versionAnnotation,
  timeoutAnnotation,
  retryOnAnnotation,
  retriesAnnotation,
  perTryAnnotation,
  websocketsAnnotation,
]);

/** Those of Envoy's conditions that need nothing else to be set. */
const retryConditions: ReadonlySet<string> = new Set([
  ...['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'refused-stream'],
  ...['envoy-ratelimited', 'retriable-4xx'],
  ...['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'],
]);
const mostRetries = 1_000;

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

/** Of all its paths; undefined: it asks for nothing. */
export function ingressPolicy({ annotations }: Ingress): RoutePolicy | undefined {
  const timeoutMs = timeoutOf(annotations.get(timeoutAnnotation));
  const retry = retryOf(annotations);
  if (timeoutMs === undefined && retry === undefined) return undefined;
  return { ...(timeoutMs !== undefined && { timeoutMs }), ...(retry && { retry }) };
}

/** Paths, as the rules have them, whose connections may become websockets. */
export const websocketPaths = ({ annotations }: Ingress): ReadonlySet<string> =>
  new Set(listOf(annotations.get(websocketsAnnotation)));

/** Whatever is wrong has no effect; the Ingress is served without it. */
export function annotationProblems(ingress: Ingress): readonly Problem[] {
  const { annotations } = ingress;
  const found: Problem[] = [];
  for (const name of annotations.keys())
    if (name.startsWith(prefix) && !known.has(name))
      found.push(problems.AnnotationUnknown(name, closest(name, known)));
  const wrong = (name: string, isRight: (text: string) => boolean, reason: string) => {
    const text = annotations.get(name);
    if (text !== undefined && !isRight(text)) found.push(problems.AnnotationInvalid(name, text, reason));
  };
  wrong(
    timeoutAnnotation,
    isTimeout,
    'is not a duration such as "1.5s", nor "infinity", so there is no limit',
  );
  wrong(
    perTryAnnotation,
    isDuration,
    'is not a duration such as "500ms", so each try has no limit of its own',
  );
  wrong(retriesAnnotation, isCount, `is not a whole number up to ${mostRetries}, so there is one more try`);
  for (const condition of listOf(annotations.get(retryOnAnnotation)))
    if (!retryConditions.has(condition))
      found.push(
        problems.AnnotationInvalid(retryOnAnnotation, condition, 'is not a condition that is known here'),
      );
  if (conditionsOf(annotations).length === 0)
    for (const name of [retriesAnnotation, perTryAnnotation])
      if (annotations.has(name))
        found.push(
          problems.AnnotationIgnored(name, `there is no ${retryOnAnnotation} to say when to try again`),
        );
  const paths = new Set(ingress.rules.flatMap((rule) => rule.paths.map(({ path }) => path)));
  for (const path of websocketPaths(ingress))
    if (!paths.has(path))
      found.push(problems.AnnotationInvalid(websocketsAnnotation, path, 'is no path of this Ingress'));
  return found;
}

type Annotations = Ingress['annotations'];

/** Unreadable is without limit, as for an IngressRoute; of no time at all is the default. */
function timeoutOf(text: string | undefined): RoutePolicy['timeoutMs'] {
  if (text === undefined) return undefined;
  const ms = durationMs(text);
  return ms === 0 ? undefined : (ms ?? 'infinity');
}

function retryOf(annotations: Annotations): RoutePolicy['retry'] {
  const on = conditionsOf(annotations).join(',');
  if (on === '') return undefined;
  const count = annotations.get(retriesAnnotation) ?? '';
  const perTryTimeoutMs = durationMs(annotations.get(perTryAnnotation) ?? '') || undefined;
  return {
    on,
    count: (isCount(count) && Number(count)) || 1,
    ...(perTryTimeoutMs !== undefined && { perTryTimeoutMs }),
  };
}

const conditionsOf = (annotations: Annotations): readonly string[] =>
  [...new Set(listOf(annotations.get(retryOnAnnotation)))].filter((condition) =>
    retryConditions.has(condition),
  );

const listOf = (text = ''): readonly string[] =>
  text.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));

const isDuration = (text: string): boolean => durationMs(text) !== undefined;
const isTimeout = (text: string): boolean => text === 'infinity' || isDuration(text);
const isCount = (text: string): boolean => /^\d{1,4}$/.test(text) && Number(text) <= mostRetries;
