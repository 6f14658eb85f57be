// The flags that change what comes out of the same objects, as the stages take them.
import type { GraphSettings } from '../dag/view.ts';
import type { EnvoySettings } from '../envoy/translate.ts';
import type { StoreSettings } from '../store/store.ts';
import type { Values } from './flag.ts';
import type { outcomeFlags } from './flags.ts';

/** What decides, with the objects, every byte that is served. */
export interface OutcomeConfig {
  readonly store: StoreSettings;
  readonly graph: GraphSettings;
  readonly envoy: Omit<EnvoySettings, 'endpointsOf'>;
}

interface Surroundings {
  /** In a folder of manifests endpoints may be on loopback; a tenant of a cluster could reach our own ports so. */
  readonly from?: 'manifests' | 'cluster';
  /** Of what runs beside the listeners, where no ExternalName may lead; default those of the flags' defaults. */
  readonly ownPorts?: readonly number[];
}

const usualPorts = [6060, 8000, 8001, 8002];

export function outcomeOf(
  flags: Values<typeof outcomeFlags>,
  mistakes: string[],
  { from = 'manifests', ownPorts = usualPorts }: Surroundings = {},
): OutcomeConfig {
  const http = {
    address: flags['envoy-service-http-address'],
    port: flags['envoy-service-http-port'],
    accessLog: flags['envoy-http-access-log'],
  };
  const https = {
    address: flags['envoy-service-https-address'],
    port: flags['envoy-service-https-port'],
    accessLog: flags['envoy-https-access-log'],
  };
  if (http.port === https.port && http.address === https.address)
    mistakes.push(
      `--envoy-service-http-port and --envoy-service-https-port are both ${http.port}; give two ports`,
    );
  return {
    store: { ingressClassName: flags['ingress-class-name'], allowLoopbackEndpoints: from === 'manifests' },
    graph: {
      rootNamespaces: new Set(flags['ingressroute-root-namespaces']),
      disablePermitInsecure: flags['disable-permit-insecure'],
      prefixMatch: flags['ingressroute-prefix-match'],
      minimumTlsVersion: flags['tls-minimum-protocol-version'],
      ...(flags['enable-external-name-service'] && { externalNames: { ownPorts: new Set(ownPorts) } }),
    },
    envoy: {
      http,
      https,
      useProxyProtocol: flags['use-proxy-protocol'],
      numTrustedHops: flags['num-trusted-hops'],
      redirectPort: flags['https-redirect-port'],
      minimumTlsVersion: flags['tls-minimum-protocol-version'],
      tlsCertificates: flags['tls-certificates'],
    },
  };
}
