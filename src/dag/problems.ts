// The catalogue of everything that can be wrong with a user's objects: code, severity, wording with its remedy.
import { compareText } from './compare.ts';
import type { ObjectKey } from './objects.ts';
import { plainWords, shown } from './user-text.ts';

export type Severity = 'error' | 'warning';

export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** The route's match, if the problem concerns one route. */
  readonly route?: string;
}

/** An object in a message. */
export interface Named {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** The object of a key; names have no `/`. */
export function namedBy(key: ObjectKey): Named {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  return { kind, namespace, name };
}

type Facts = Pick<Problem, 'code' | 'message'> & { readonly route?: string | undefined };

const problem = (severity: Severity, { code, message, route }: Facts): Problem =>
  route === undefined ? { code, severity, message } : { code, severity, message, route: shown(route) };
const error = (facts: Facts): Problem => problem('error', facts);
const warning = (facts: Facts): Problem => problem('warning', facts);

const name = ({ namespace, name }: Omit<Named, 'kind'>): string => `${shown(namespace)}/${shown(name)}`;
const full = (object: Named): string => `${object.kind} ${name(object)}`;

/** Longest piece of Envoy's words that goes into a message, in UTF-16 units. */
const longestRefusal = 1_000;
/** A reference to a Service as the user wrote it. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
  readonly port: number | string;
  readonly route: string | undefined;
  /** With weight 0 a missing service costs no request, so it is only a warning. */
  readonly severity: Severity;
}

const service = ({ name, port }: ServiceName): string => `Service [${shown(name)}:${shown(String(port))}]`;

interface Port {
  readonly name: string;
  readonly port: number;
}

const mostPorts = 5;
/** The API server takes no longer one (IANA_SVC_NAME). */
const longestPortName = 15;

/** `80 (http), 443` */
function portsText(ports: readonly Port[]): string {
  const isNamed = ({ name }: Port) => name !== '' && name.length <= longestPortName;
  const told = ports
    .slice(0, mostPorts)
    .map((one) => (isNamed(one) ? `${one.port} (${shown(one.name)})` : String(one.port)));
  return told.join(', ') + (ports.length > mostPorts ? ' and others' : '');
}

/** What a problem without a route is about, where routes have it too. */
const place = (match: string | undefined): string => (match === undefined ? 'spec.tcpproxy' : 'route');

/** One function for each problem; its name is the code. Texts fixed by the API's documents are marked. */
export const problems = {
  MalformedField: (path: string, message: string, route?: string) =>
    error({ code: 'MalformedField', route, message: `${shown(path)} ${shown(message)}` }),
  /** The API has no such field: most are mistyped. */
  UnknownField: (path: string, nearest: string | undefined, route?: string) =>
    warning({
      code: 'UnknownField',
      route,
      message: `${shown(path)} is not a field of the API and has no effect; ${nearest === undefined ? 'remove it' : `write ${shown(nearest)} or remove it`}`,
    }),

  /** Fixed text. */
  RootNamespaceForbidden: () =>
    error({
      code: 'RootNamespaceForbidden',
      message: 'root IngressRoute cannot be defined in this namespace',
    }),
  FqdnInvalid: (fqdn: string) =>
    error({
      code: 'FqdnInvalid',
      message:
        fqdn === ''
          ? 'spec.virtualhost.fqdn must be specified: one exact DNS name'
          : `fqdn "${shown(fqdn)}" is not one exact DNS name: use letters, digits, "-" and ".", no port and no wildcard`,
    }),
  /** Fixed text. */
  FqdnTaken: (fqdn: string, owner: Named) =>
    error({ code: 'FqdnTaken', message: `fqdn "${shown(fqdn)}" is already used by ${full(owner)}` }),
  HostTaken: (host: string, owner: Named) =>
    error({
      code: 'HostTaken',
      message: `host "${shown(host)}" is already used by ${full(owner)} of another namespace; use another host, or have a route delegated`,
    }),
  HostInvalid: (host: string) =>
    error({
      code: 'HostInvalid',
      message: `host "${shown(host)}" is neither a DNS name nor "*." and a DNS name; its rule is not served`,
    }),
  RootNotServed: (root: Named) =>
    error({
      code: 'RootNotServed',
      message: `${full(root)} is not served because of problems of its own; its status tells which`,
    }),
  NoRoutes: () =>
    warning({ code: 'NoRoutes', message: 'spec.routes is empty, so nothing is served; add a route' }),
  /** Fixed text. */
  Orphaned: () =>
    warning({
      code: 'Orphaned',
      message: 'this IngressRoute is not part of a delegation chain from a root IngressRoute',
    }),

  TcpProxyIgnored: () =>
    warning({
      code: 'TcpProxyIgnored',
      message: 'spec.tcpproxy needs TLS in a root IngressRoute; it is ignored and the routes are served',
    }),
  TcpProxyNeedsTls: () =>
    error({
      code: 'TcpProxyNeedsTls',
      message:
        'spec.tcpproxy needs spec.virtualhost.tls, by whose server name its connections are told from others; add tls, or routes instead of tcpproxy',
    }),
  RoutesIgnored: () =>
    warning({
      code: 'RoutesIgnored',
      message:
        'spec.routes has no effect beside spec.tcpproxy, which takes all connections of the host; remove one of them',
    }),
  PassthroughIgnored: () =>
    warning({
      code: 'PassthroughIgnored',
      message: 'tls.passthrough is ignored because tls.secretName is given; remove one of them',
    }),
  PassthroughNeedsTcpProxy: () =>
    error({
      code: 'PassthroughNeedsTcpProxy',
      message:
        'tls.passthrough hands connections on unread, so no route can be served; give spec.tcpproxy, or tls.secretName instead of passthrough',
    }),
  TlsVersionUnknown: (field: string, version: string) =>
    error({
      code: 'TlsVersionUnknown',
      message: `${field} "${shown(version)}" is not a version that can be asked for; use "1.1", "1.2" or "1.3"`,
    }),

  /** `version` is newer than `usual`: fails closed. Older: the host is served with `usual`. */
  TlsVersionOfWildcard: (host: string, version: string, usual: string) =>
    problem(version > usual ? 'error' : 'warning', {
      code: 'TlsVersionOfWildcard',
      message: `host "${shown(host)}" cannot have a minimum TLS version of its own, since it stands for the hosts of others too; ${
        version > usual
          ? `it is not served over TLS: ask for ${usual}, or name its hosts one by one`
          : `it is served with ${usual}`
      }`,
    }),

  SecretNameMissing: () =>
    error({
      code: 'SecretNameMissing',
      message: 'tls has no secretName; name a Secret of type kubernetes.io/tls',
    }),
  SecretNameInvalid: (secretName: string) =>
    error({
      code: 'SecretNameInvalid',
      message: `tls.secretName "${shown(secretName)}" must be "name" or "namespace/name"`,
    }),
  SecretMissing: (secret: Omit<Named, 'kind'>) =>
    error({
      code: 'SecretMissing',
      message: `TLS Secret ${name(secret)} not found; create it with type kubernetes.io/tls`,
    }),
  SecretNotDelegated: (secret: Omit<Named, 'kind'>, target: string) =>
    error({
      code: 'SecretNotDelegated',
      message: `TLS Secret ${name(secret)} may not be used from namespace ${shown(target)}; a TLSCertificateDelegation in ${shown(secret.namespace)} must allow it`,
    }),
  SecretTypeWrong: (secret: Omit<Named, 'kind'>, type: string) =>
    error({
      code: 'SecretTypeWrong',
      message: `TLS Secret ${name(secret)} has type "${shown(type)}"; it must be kubernetes.io/tls`,
    }),
  SecretMalformed: (secret: Omit<Named, 'kind'>, reason: string) =>
    error({ code: 'SecretMalformed', message: `TLS Secret ${name(secret)} is malformed: ${reason}` }),
  SecretKeyMismatch: (secret: Omit<Named, 'kind'>) =>
    error({
      code: 'SecretKeyMismatch',
      message: `TLS Secret ${name(secret)}: tls.key is not the key of the first certificate in tls.crt; the server's certificate must come first, then its issuers`,
    }),
  CertificateIgnored: (host: string, winner: Named) =>
    warning({
      code: 'CertificateIgnored',
      message: `the certificate of host "${shown(host)}" is that of ${full(winner)}; the one named here is not used`,
    }),

  MatchMissing: (path: string) =>
    error({
      code: 'MatchMissing',
      message: `${shown(path)} has no match; give it a path that begins with "/", or take the route out`,
    }),
  MatchInvalid: (match: string, reason: string) =>
    error({
      code: 'MatchInvalid',
      route: match,
      message: `path "${shown(match)}" ${reason}, so no request can have it; the route is left out`,
    }),
  MatchEnding: (match: string) =>
    warning({
      code: 'MatchEnding',
      route: match,
      message: `match "${shown(match)}" is a plain prefix, not a pattern; end it with a letter, a digit or "/"`,
    }),
  RegexInvalid: (path: string, reason: string) =>
    error({
      code: 'RegexInvalid',
      route: path,
      message: `path "${shown(path)}" is taken for a regular expression and ${shown(reason)}; the route is left out`,
    }),
  NoTarget: (match: string | undefined) =>
    error({
      code: 'NoTarget',
      route: match,
      message: `${place(match)} has neither services nor delegate; give one of them`,
    }),
  ServicesAndDelegate: (match: string | undefined) =>
    error({
      code: 'ServicesAndDelegate',
      route: match,
      message: `${place(match)} has both services and delegate; give one of them`,
    }),
  WebsocketsWithSeveralServices: (match: string) =>
    error({
      code: 'WebsocketsWithSeveralServices',
      route: match,
      message: 'enableWebsockets needs a route with exactly one service',
    }),
  PortOutOfRange: (match: string | undefined, service: string, port: number) =>
    error({
      code: 'PortOutOfRange',
      route: match,
      message: `service "${shown(service)}": port ${port} must be in the range 1 to 65535`,
    }),
  WeightNegative: (match: string | undefined, service: string, weight: number) =>
    error({
      code: 'WeightNegative',
      route: match,
      message: `service "${shown(service)}": weight ${weight} must not be negative`,
    }),
  /** `used`: what is served instead, as in `no limit`. */
  DurationUnreadable: (match: string, field: string, text: string, used: string) =>
    warning({
      code: 'DurationUnreadable',
      route: match,
      message: `${field} "${shown(text)}" is not a duration, so ${used} is used; write it like "500ms", "1.5s" or "1m30s"`,
    }),
  RetryCountNegative: (match: string, count: number) =>
    error({
      code: 'RetryCountNegative',
      route: match,
      message: `retryPolicy.count ${count} must not be negative; leave it out for one more try`,
    }),
  PrefixRewriteInvalid: (match: string, rewrite: string, reason: string) =>
    error({
      code: 'PrefixRewriteInvalid',
      route: match,
      message: `prefixRewrite "${shown(rewrite)}" ${reason}, so no request can be sent with it; give a path such as "/" or "/v1"`,
    }),
  StrategyUnknown: (match: string | undefined, service: string, strategy: string) =>
    warning({
      code: 'StrategyUnknown',
      route: match,
      message: `service "${shown(service)}": strategy "${shown(strategy)}" is unknown, so RoundRobin is used; others are WeightedLeastRequest, Random and Cookie`,
    }),
  HealthCheckPathInvalid: (match: string | undefined, service: string, path: string) =>
    error({
      code: 'HealthCheckPathInvalid',
      route: match,
      message:
        path === ''
          ? `service "${shown(service)}": healthCheck has no path; give the one that tells health, such as "/healthz"`
          : `service "${shown(service)}": healthCheck.path "${shown(path)}" must be a path that begins with "/"`,
    }),
  HealthCheckHostInvalid: (match: string | undefined, service: string, host: string) =>
    error({
      code: 'HealthCheckHostInvalid',
      route: match,
      message: `service "${shown(service)}": healthCheck.host "${shown(host)}" cannot be a Host header; give a DNS name, or leave it out`,
    }),
  HealthCheckNumberInvalid: (match: string | undefined, service: string, field: string, value: number) =>
    error({
      code: 'HealthCheckNumberInvalid',
      route: match,
      message: `service "${shown(service)}": healthCheck.${field} ${value} must not be negative; leave it out for its default`,
    }),
  /** `missing`: a field of validation. */
  ValidationIncomplete: (of: ServiceName, missing: string) =>
    problem(of.severity, {
      code: 'ValidationIncomplete',
      route: of.route,
      message: `${service(of)} is refused: its validation has no ${missing}; give caSecret and subjectName, or leave validation out`,
    }),
  ValidationNeedsTls: (of: ServiceName) =>
    problem(of.severity, {
      code: 'ValidationNeedsTls',
      route: of.route,
      message: `${service(of)} is refused: its validation needs a port that speaks TLS; name the port in the Service's annotation contour.heptio.com/upstream-protocol.tls or .h2`,
    }),
  ValidationCaMissing: (of: ServiceName, secret: string) =>
    problem(of.severity, {
      code: 'ValidationCaMissing',
      route: of.route,
      message: `${service(of)} is refused: validation.caSecret ${shown(of.namespace)}/${shown(secret)} not found; create it with the authorities under ca.crt`,
    }),
  ValidationCaMalformed: (of: ServiceName, secret: string, reason: string) =>
    problem(of.severity, {
      code: 'ValidationCaMalformed',
      route: of.route,
      message: `${service(of)} is refused: validation.caSecret ${shown(of.namespace)}/${shown(secret)} is malformed: ${reason}`,
    }),
  ValidationTooLarge: (of: ServiceName, most: number) =>
    problem(of.severity, {
      code: 'ValidationTooLarge',
      route: of.route,
      message: `${service(of)} is refused: the authorities of this namespace's validations on one host have more than ${most / 1024} KiB together; keep only the certificates that are needed in caSecret`,
    }),
  BackendMissing: (route: string) =>
    error({ code: 'BackendMissing', route, message: 'the backend must be a service with a name and a port' }),

  ServiceMissing: (of: ServiceName) =>
    problem(of.severity, {
      code: 'ServiceMissing',
      route: of.route,
      message: `${service(of)} is invalid or missing: there is no Service ${name(of)}`,
    }),
  ServicePortMissing: (of: ServiceName, ports: readonly Port[]) =>
    problem(of.severity, {
      code: 'ServicePortMissing',
      route: of.route,
      message: `${service(of)} is invalid or missing: Service ${name(of)} has no such port${ports.length === 0 ? '' : `; it has ${portsText(ports)}`}`,
    }),
  ServicePortNotTcp: (of: ServiceName, protocol: string) =>
    problem(of.severity, {
      code: 'ServicePortNotTcp',
      route: of.route,
      message: `${service(of)} is invalid or missing: the port's protocol is ${shown(protocol)}, only TCP can be served`,
    }),
  ServiceExternalName: (of: ServiceName) =>
    problem(of.severity, {
      code: 'ServiceExternalName',
      route: of.route,
      message: `${service(of)} is refused: Services of type ExternalName are not allowed here; use one with a selector, or have --enable-external-name-service set`,
    }),
  ServiceExternalNameForbidden: (of: ServiceName, externalName: string, reason: string) =>
    problem(of.severity, {
      code: 'ServiceExternalNameForbidden',
      route: of.route,
      message: `${service(of)} is refused: its externalName "${shown(externalName)}" ${reason}`,
    }),
  ServiceAnnotationInvalid: (of: ServiceName, annotation: string, value: string) =>
    warning({
      code: 'ServiceAnnotationInvalid',
      route: of.route,
      message: `${service(of)}: its annotation ${shown(annotation)} is "${shown(value)}", which is not a whole number up to 4294967295; it has no effect`,
    }),
  ServiceAnnotationUnknown: (of: ServiceName, annotation: string, nearest: string | undefined) =>
    warning({
      code: 'ServiceAnnotationUnknown',
      route: of.route,
      message: `${service(of)}: its annotation ${shown(annotation)} is not known and has no effect${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
    }),
  ServiceAnnotationPortMissing: (of: ServiceName, annotation: string, port: string) =>
    warning({
      code: 'ServiceAnnotationPortMissing',
      route: of.route,
      message: `${service(of)}: its annotation ${shown(annotation)} names "${shown(port)}", which is neither name nor number of a port of it and has no effect`,
    }),

  DelegateMissing: (match: string | undefined, target: Omit<Named, 'kind'>) =>
    error({
      code: 'DelegateMissing',
      route: match,
      message: `delegated IngressRoute ${name(target)} does not exist; create it or correct delegate.name and delegate.namespace`,
    }),
  DelegateIsRoot: (match: string | undefined, target: Omit<Named, 'kind'>) =>
    error({
      code: 'DelegateIsRoot',
      route: match,
      message: `delegated IngressRoute ${name(target)} is itself a root: remove its spec.virtualhost or delegate to another`,
    }),
  /**
   * Fixed text. `path` begins and ends with the object that closes the cycle; `omitted` objects before the last are
   * left out of it.
   */
  DelegationCycle: (match: string | undefined, path: readonly Omit<Named, 'kind'>[], omitted = 0) => {
    const names = path.map(name);
    if (omitted > 0) names.splice(-1, 0, `(${omitted} more)`);
    return error({
      code: 'DelegationCycle',
      route: match,
      message: `${place(match)} creates a delegation cycle: ${names.join(' -> ')}`,
    });
  },
  DelegateHasNoRoute: (match: string, target: Omit<Named, 'kind'>) =>
    error({
      code: 'DelegateHasNoRoute',
      route: match,
      message: `delegated IngressRoute ${name(target)} has no usable route at "${shown(match)}" or under it, so the prefix answers 503; its matches must begin with the delegated prefix`,
    }),
  DelegateHasNoTcpProxy: (target: Omit<Named, 'kind'>) =>
    error({
      code: 'DelegateHasNoTcpProxy',
      message: `spec.tcpproxy delegates to IngressRoute ${name(target)}, which has no spec.tcpproxy; add one there or delegate to another`,
    }),
  /** `prefix`: one of those that the root delegates to the object. */
  PrefixMismatch: (match: string, root: Named, prefix: string) =>
    error({
      code: 'PrefixMismatch',
      route: match,
      message: `match "${shown(match)}" lies outside of "${shown(prefix)}", which ${full(root)} delegates to this object, and is not served there; begin it with that prefix`,
    }),
  /** `by` is undefined if a later route of the same object has the path. */
  Shadowed: (match: string, by?: { readonly object: Named; readonly host: string }) =>
    warning({
      code: 'Shadowed',
      route: match,
      message: by
        ? `on host "${shown(by.host)}" this path is served by ${full(by.object)}, not by this route; remove one of them`
        : 'the same path comes again further down in this object, and only the last one has an effect; remove one of them',
    }),

  AnnotationUnknown: (annotation: string, nearest: string | undefined) =>
    warning({
      code: 'AnnotationUnknown',
      message: `annotation ${shown(annotation)} is not known and has no effect${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
    }),
  /** `reason`: what it is not, and what is done instead. */
  AnnotationInvalid: (annotation: string, text: string, reason: string) =>
    warning({
      code: 'AnnotationInvalid',
      message: `annotation ${annotation}: "${shown(text)}" ${reason}`,
    }),
  AnnotationIgnored: (annotation: string, reason: string) =>
    warning({
      code: 'AnnotationIgnored',
      message: `annotation ${annotation} has no effect: ${reason}`,
    }),
  /** What Envoy said to the resource that came of this object. */
  EnvoyRefused: (words: string) =>
    error({
      code: 'EnvoyRefused',
      message: `Envoy refused this configuration; the last one that it accepted keeps serving, or 503 if there is none: ${plainWords(words, longestRefusal)}`,
    }),
} satisfies Record<string, (...facts: never[]) => Problem>;

const rank: Record<Severity, number> = { error: 0, warning: 1 };

/** Worst first, then those of the whole object, then by route, code and message: a total order. */
export const compareProblems = (a: Problem, b: Problem): number =>
  rank[a.severity] - rank[b.severity] ||
  compareText(a.route ?? '', b.route ?? '') ||
  compareText(a.code, b.code) ||
  compareText(a.message, b.message);

/** Most problems of one object that are kept, from one host and in its verdict. */
export const mostProblems = 20;

export interface Worst {
  /** In order, each once, at most 20. */
  readonly problems: readonly Problem[];
  /** How many others there are. */
  readonly omitted: number;
}

export function worst(found: Iterable<Problem>): Worst {
  const distinct = new Map<string, Problem>();
  for (const problem of found)
    distinct.set(JSON.stringify([problem.code, problem.severity, problem.route, problem.message]), problem);
  const sorted = [...distinct.values()].sort(compareProblems);
  return { problems: sorted.slice(0, mostProblems), omitted: Math.max(0, sorted.length - mostProblems) };
}
