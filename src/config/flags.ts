// Every flag of every command. Defaults are those of docs and manifests; what a flag means stands where it is used.
import { choice, kinds, list, optional, repeated, toggle, valued } from './kinds.ts';

const outcome = 'What the objects mean';
const entrance = 'Where Envoy listens';
const xdsGroup = 'Connection between Contour and Envoy';
const source = 'Where the objects come from';
const address = 'Address in the status of Ingresses (one of the three)';
const operations = 'Operation';
const result = 'Output';

/** Flags that change what comes out of the same objects: `serve` and `translate` share them. */
export const outcomeFlags = {
  'ingress-class-name': optional(kinds.name, {
    group: outcome,
    about: 'serve objects of this class alone; without it: class contour, and objects without a class',
  }),
  'ingressroute-root-namespaces': list(
    kinds.namespaces,
    { group: outcome, about: 'namespaces that may hold root IngressRoutes, separated by commas' },
    'all',
  ),
  'ingressroute-prefix-match': choice(['segment', 'string'], {
    group: outcome,
    about: 'segment: /blog takes /blog/x and not /blogger; string: it takes both',
  }),
  'disable-permit-insecure': toggle({ group: outcome, about: 'ignore permitInsecure of IngressRoutes' }),
  'enable-external-name-service': toggle({
    group: outcome,
    about: 'serve Services of type ExternalName, but those that lead to this machine or into the cluster',
  }),
  'envoy-service-http-address': valued(
    kinds.address,
    { group: entrance, about: 'address of the HTTP listener' },
    '0.0.0.0',
  ),
  'envoy-service-http-port': valued(
    kinds.port,
    { group: entrance, about: 'port of the HTTP listener', synonyms: ['envoy-http-port'] },
    8080,
  ),
  'envoy-service-https-address': valued(
    kinds.address,
    { group: entrance, about: 'address of the HTTPS listener' },
    '0.0.0.0',
  ),
  'envoy-service-https-port': valued(
    kinds.port,
    { group: entrance, about: 'port of the HTTPS listener', synonyms: ['envoy-https-port'] },
    8443,
  ),
  'envoy-http-access-log': valued(
    kinds.log,
    { group: entrance, about: "file of the HTTP listener's access log, in Envoy's file system" },
    '/dev/stdout',
  ),
  'envoy-https-access-log': valued(
    kinds.log,
    { group: entrance, about: "file of the HTTPS listener's access log, in Envoy's file system" },
    '/dev/stdout',
  ),
  'use-proxy-protocol': toggle({
    group: entrance,
    about: 'every connection must begin with a PROXY protocol header',
  }),
  'tls-minimum-protocol-version': valued(
    kinds.tlsVersion,
    { group: entrance, about: 'oldest version of TLS that clients may use where an object says nothing' },
    '1.2',
  ),
  'tls-certificates': choice(['on-demand', 'per-host'], {
    group: entrance,
    about:
      'on-demand: Envoy asks for them by server name; per-host: a filter chain each, TLS sessions resume',
  }),
  'num-trusted-hops': valued(
    kinds.count,
    { group: entrance, about: 'proxies in front of Envoy whose X-Forwarded-For is believed' },
    0,
  ),
  'https-redirect-port': optional(kinds.port, {
    group: entrance,
    about: 'port that redirects to HTTPS name, where clients reach the HTTPS listener itself',
  }),
};

const xdsFlags = {
  'xds-port': valued(kinds.port, { group: xdsGroup, about: 'port of the xDS server' }, 8001),
  insecure: toggle({ group: xdsGroup, about: 'allow xDS in plain text beyond loopback' }),
};

export const configPath = {
  'config-path': optional(kinds.path, {
    group: operations,
    about: 'YAML file with the names of flags as keys; flags on the command line win',
  }),
};

const statsFlags = {
  'stats-address': valued(
    kinds.address,
    { group: entrance, about: "address of Envoy's /stats, /stats/prometheus and /ready" },
    '0.0.0.0',
  ),
  'stats-port': valued(kinds.port, { group: entrance, about: 'port of these' }, 8002),
};

export const serveFlags = {
  manifests: repeated(
    { ...kinds.path, placeholder: 'DIR' },
    { group: source, about: 'directory (with all below) or file of manifests, watched; may be repeated' },
  ),
  kubeconfig: optional(kinds.path, {
    group: source,
    about: 'kubeconfig file of a cluster, whose current context is used',
  }),
  incluster: toggle({ group: source, about: 'the cluster that this pod runs in, as its ServiceAccount' }),
  'watch-namespaces': list(
    kinds.namespaces,
    { group: source, about: 'namespaces of the cluster to read, separated by commas' },
    'all',
  ),
  'ingress-status-address': repeated(kinds.statusAddresses, {
    group: address,
    about: 'IP addresses or DNS names at which clients reach Envoy; may be repeated',
  }),
  'envoy-service-name': optional(kinds.name, {
    group: address,
    about: "those of this Service: its load balancer's, else its externalIPs",
  }),
  'envoy-node-addresses': optional(kinds.selector, {
    group: address,
    about: 'those of the nodes that run ready Envoy pods with these labels, for host ports',
  }),
  'envoy-service-namespace': optional(kinds.namespace, {
    group: address,
    about: "namespace of that Service, or of these pods (default: our own, or the kubeconfig context's)",
  }),
  envoy: optional(kinds.path, {
    group: operations,
    about: 'start this Envoy binary, keep it running, and stop it at the end',
  }),
  ...outcomeFlags,
  ...statsFlags,
  'xds-address': valued(kinds.address, { group: xdsGroup, about: 'address of the xDS server' }, '127.0.0.1'),
  ...xdsFlags,
  'contour-cafile': optional(kinds.path, {
    group: xdsGroup,
    about: 'authority that certificates of Envoys must come from (mutual TLS; PEM)',
  }),
  'contour-cert-file': optional(kinds.path, {
    group: xdsGroup,
    about: 'certificate of the xDS server (PEM)',
  }),
  'contour-key-file': optional(kinds.path, { group: xdsGroup, about: 'its private key (PEM)' }),
  'http-address': valued(
    kinds.address,
    { group: operations, about: 'address of /healthz, /readyz and /metrics' },
    '0.0.0.0',
  ),
  'http-port': optional(kinds.port, {
    group: operations,
    about: 'port of these (default: 8000 with a cluster; not served with --manifests)',
  }),
  'debug-http-address': valued(
    kinds.address,
    { group: operations, about: 'address of /debug/dag and /status' },
    '127.0.0.1',
  ),
  'debug-http-port': valued(kinds.port, { group: operations, about: 'port of these' }, 6060),
  'log-level': choice(['info', 'debug', 'warn', 'error'], {
    group: operations,
    about: 'least severe message',
  }),
  'log-format': choice(['text', 'json'], { group: operations, about: 'form of messages' }),
  ...configPath,
};

export const translateFlags = {
  output: choice(['yaml', 'json'], { group: result, about: 'form of the output; -o for short' }),
  strict: toggle({ group: result, about: 'end with code 1 if any object is invalid' }),
  'show-secrets': toggle({ group: result, about: 'print private keys instead of [redacted]' }),
  ...outcomeFlags,
  ...configPath,
};

/** Only those of `outcomeFlags` that a verdict depends on. */
export const validateFlags = {
  output: choice(['table', 'json'], { group: result, about: 'form of the output; -o for short' }),
  strict: toggle({ group: result, about: 'warnings and orphaned objects end with code 1, too' }),
  ignore: repeated(kinds.codes, {
    group: result,
    about: 'leave out problems of these codes, such as ServiceMissing; may be repeated',
  }),
  namespace: optional(kinds.namespace, {
    group: source,
    about:
      "namespace of objects that say none; -n for short (default: the kubeconfig context's with --against-cluster, else default)",
  }),
  'against-cluster': toggle({
    group: source,
    about: 'judge the files as if they were applied to a cluster, which is only read',
  }),
  kubeconfig: optional(kinds.path, {
    group: source,
    about:
      'kubeconfig file of the cluster, whose current context is used (default: $KUBECONFIG, else ~/.kube/config)',
  }),
  incluster: toggle({ group: source, about: 'the cluster that this pod runs in, as its ServiceAccount' }),
  'ingress-class-name': outcomeFlags['ingress-class-name'],
  'ingressroute-root-namespaces': outcomeFlags['ingressroute-root-namespaces'],
  'ingressroute-prefix-match': outcomeFlags['ingressroute-prefix-match'],
  'disable-permit-insecure': outcomeFlags['disable-permit-insecure'],
  'tls-minimum-protocol-version': outcomeFlags['tls-minimum-protocol-version'],
  'enable-external-name-service': outcomeFlags['enable-external-name-service'],
};

export const bootstrapFlags = {
  'xds-address': valued(
    kinds.host,
    { group: xdsGroup, about: 'where the xDS server is reached: address or DNS name' },
    '127.0.0.1',
  ),
  ...xdsFlags,
  'contour-cafile': optional(kinds.path, {
    group: xdsGroup,
    about: "authority that the xDS server's certificate must come from, in Envoy's file system",
    synonyms: ['envoy-cafile'],
  }),
  'contour-cert-file': optional(kinds.path, {
    group: xdsGroup,
    about: "Envoy's own certificate, in its file system",
    synonyms: ['envoy-cert-file'],
  }),
  'contour-key-file': optional(kinds.path, {
    group: xdsGroup,
    about: 'its private key',
    synonyms: ['envoy-key-file'],
  }),
  'admin-address': valued(
    {
      ...kinds.absolutePath,
      expected: "the absolute path of a unix socket; Envoy's admin interface is never on a port",
    },
    { group: operations, about: "unix socket of Envoy's admin interface" },
    '/tmp/contour-envoy-admin.sock',
  ),
  'admin-port': optional(kinds.port, {
    group: operations,
    about: 'accepted and ignored: see --admin-address',
  }),
  ...statsFlags,
  'max-heap-bytes': valued(
    kinds.count,
    { group: operations, about: "bytes of Envoy's heap at which it stops to accept requests" },
    2 * 1024 ** 3,
  ),
  'max-connections': valued(
    kinds.count,
    { group: operations, about: 'connections that Envoy holds at most; more are closed' },
    50_000,
  ),
  'node-id': valued(kinds.name, { group: operations, about: 'name of this Envoy in our logs' }, 'envoy'),
  'node-cluster': valued(kinds.name, { group: operations, about: 'name of the fleet' }, 'contour'),
};

const certificates = 'What is made';

export const certgenFlags = {
  output: optional(kinds.path, {
    group: result,
    about: 'write files, in the folders contour and envoy of this one; -o for short',
  }),
  kube: toggle({ group: result, about: 'write Secrets of a cluster' }),
  namespace: optional(kinds.namespace, {
    group: result,
    about:
      "namespace of the Secrets and of the Service contour; -n for short (default: our own, or the kubeconfig context's)",
  }),
  'contour-secret': valued(
    kinds.name,
    { group: result, about: "Secret with the xDS server's credentials" },
    'contourcert',
  ),
  'envoy-secret': valued(kinds.name, { group: result, about: "Secret with Envoy's" }, 'envoycert'),
  kubeconfig: optional(kinds.path, {
    group: source,
    about:
      'kubeconfig file of the cluster, whose current context is used (default: $KUBECONFIG, else ~/.kube/config)',
  }),
  incluster: toggle({
    group: source,
    about: 'the cluster that this pod runs in, as its ServiceAccount (default in a pod)',
  }),
  'dns-name': repeated(kinds.dnsName, {
    group: certificates,
    about: 'another name of the xDS server, as given to bootstrap --xds-address; may be repeated',
  }),
  'certificate-lifetime': valued(
    kinds.days,
    { group: certificates, about: 'days that new certificates are valid' },
    365,
  ),
  overwrite: toggle({ group: certificates, about: 'replace what is there even if all is well' }),
};

export const drainFlags = {
  'admin-address': { ...bootstrapFlags['admin-address'], group: operations },
  delay: {
    ...valued(
      kinds.duration,
      { group: operations, about: 'time in which load balancers notice that /ready answers 503' },
      5_000,
    ),
    shownFallback: '5s',
  },
  timeout: {
    ...valued(
      kinds.duration,
      { group: operations, about: 'time for all of it; connections that are open then are cut' },
      60_000,
    ),
    shownFallback: '60s',
  },
  wait: toggle({
    group: operations,
    about: 'do nothing until SIGTERM: the main process of a container that others run contour drain in',
  }),
};

/** Flags of `serve` that its documents have and it has not: what it says to them. */
export const notYetBuilt: ReadonlyMap<string, { readonly value: boolean; readonly remedy: string }> = new Map(
  [['enable-leader-election', { value: false, remedy: 'leave it out and run one replica' }]],
);
