// Virtual hosts to Envoy's resources, a host at a time: a change encodes what the host needs and nothing else.
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { TypedExtensionConfigSchema } from '@envoyproxy/protos/envoy/config/core/v3/extension_pb.js';
import { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { ScopedRouteConfigurationSchema } from '@envoyproxy/protos/envoy/config/route/v3/scoped_route_pb.js';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { equal } from '../dag/equal.ts';
import { isWildcard } from '../dag/host-name.ts';
import type { Certificate, Cluster, Route, VirtualHost } from '../dag/model.ts';
import type { EndpointSlice } from '../dag/objects.ts';
import type { Changes, Resource } from '../xds/resource.ts';
import { envoyCluster } from './cluster.ts';
import { ClusterTable } from './cluster-table.ts';
import { createEncoder, encode } from './encode.ts';
import { loadAssignment } from './endpoint.ts';
import {
  type ChainSettings,
  chainCertificate,
  clustersOfTerms,
  demandsTooMuch,
  fitsCommonChain,
  type OwnTerms,
  ownChain,
  ownTerms,
} from './filter-chain.ts';
import { type ChangesSink, FilterChains, type HostChain } from './filter-chains.ts';
import { wildResource } from './filters/wild.ts';
import {
  chainSettings,
  httpListener,
  httpsListener,
  type ListenerSettings,
  prefetchListener,
} from './listener.ts';
import {
  chainSecretName,
  clusterName,
  endpointsName,
  hostOfChainSecret,
  isScope,
  listenerName,
  prefetchName,
  type Scheme,
  scopeName,
  wildFilter,
} from './names.ts';
import type { RouteSettings } from './route.ts';
import { clustersOf, refusedScope, scopedRouteConfiguration } from './scope.ts';
import { sameCertificate, secret } from './secret.ts';
import { typeUrl } from './type-url.ts';

export interface EnvoySettings extends ListenerSettings, RouteSettings {
  /** The slices of a Service as they are now, in any order. */
  endpointsOf(namespace: string, service: string): readonly EndpointSlice[];
}

/** Keeps what was translated before, so it is told changes and answers with changes. */
export interface Translator {
  /** The listeners as they are now, and the filter that they wait for. */
  listeners(): Changes;
  /** Hosts with a new content; undefined: no longer served. */
  hosts(hosts: ReadonlyMap<string, VirtualHost | undefined>): Changes;
  /** Services (`namespace/name`) whose slices changed; those that no cluster uses cost nothing. */
  endpoints(services: readonly string[]): Changes;
  /**
   * An Envoy accepted this version of a scope or a listener. The clusters that it names exist until a later one is
   * accepted or it is gone, so that one that is refused keeps serving what it has.
   */
  accepted(resource: Resource): Changes;
  /** An Envoy that accepted this version of a listener has used it for every new connection for a while. */
  inUse(resource: Resource): Changes;
  /** An Envoy refused this version of a scope or a listener. */
  refused(resource: Resource): Changes;
  readonly counters: { readonly encoded: number };
}

export const createTranslator = (settings: EnvoySettings): Translator => new HostTranslator(settings);

const noChanges = (): ChangesSink => ({ set: [], remove: [] });

/** Scopes and listeners hold clusters twice: by their newest version and by the last that an Envoy accepted. */
const newest = (name: string) => `newest ${name}`;
const lastGood = (name: string) => `last good ${name}`;

const nothingOverTls = { routes: [], certificate: undefined };

class HostTranslator implements Translator {
  readonly #settings: EnvoySettings;
  readonly #encoder = createEncoder();
  readonly #clusters = new ClusterTable();
  /** What each scope was made of: most changes of a host leave one of its scopes as it was. */
  readonly #scopes = new Map<string, readonly Route[]>();
  /** By the name of the secret. */
  readonly #certificates = new Map<string, Certificate>();
  /** Hosts that are to have a chain of their own, and what it is made of. */
  readonly #own = new Map<string, { readonly host: VirtualHost; readonly terms: OwnTerms }>();
  readonly #chainSettings: ChainSettings;
  readonly #chains: FilterChains;
  /** Versions by name, since most changes of slices leave the ready addresses as they were. */
  readonly #endpoints = new Map<string, string>();

  constructor(settings: EnvoySettings) {
    this.#settings = settings;
    this.#chainSettings = chainSettings(settings);
    this.#chains = new FilterChains(this.#encoder.piece(ListenerSchema, httpsListener(settings)));
  }

  get counters() {
    return this.#encoder;
  }

  listeners(): Changes {
    const firstBytes = () => encode(ListenerSchema, prefetchListener(this.#prefetchNames()));
    const http = { type: typeUrl.listener, name: listenerName('http'), requires: [] };
    const prefetch = { type: typeUrl.listener, name: prefetchName, requires: [], firstBytes };
    const wild = { type: typeUrl.extension, name: wildFilter, requires: [] };
    return {
      set: [
        this.#encoder.resource(http, ListenerSchema, httpListener(this.#settings)),
        this.#chains.listener,
        this.#encoder.resource(prefetch, ListenerSchema, prefetchListener([])),
        this.#encoder.resource(wild, TypedExtensionConfigSchema, wildResource),
      ],
      remove: [],
    };
  }

  hosts(hosts: ReadonlyMap<string, VirtualHost | undefined>): Changes {
    const changes = noChanges();
    for (const [name, host] of hosts) {
      this.#scope('http', name, host?.http, changes);
      this.#chain(name, host, changes);
      this.#overTls(name, host, changes);
    }
    return this.#settled(changes);
  }

  endpoints(services: readonly string[]): Changes {
    const changes = noChanges();
    for (const service of services) {
      for (const cluster of this.#clusters.ofService(service)) this.#endpointsOf(cluster, changes);
    }
    return changes;
  }

  accepted(resource: Resource): Changes {
    const changes = noChanges();
    const { name, requires } = resource;
    if (isScope(resource) && !this.#scopes.has(name)) return changes;
    this.#clusters.keep(lastGood(name), requires);
    if (!isScope(resource)) this.#chains.accepted(resource, changes);
    return this.#settled(changes);
  }

  inUse(resource: Resource): Changes {
    const changes = noChanges();
    this.#moved(this.#chains.inUse(resource), changes);
    return this.#settled(changes);
  }

  refused(resource: Resource): Changes {
    const changes = noChanges();
    if (!isScope(resource)) this.#moved(this.#chains.refused(resource, changes), changes);
    return this.#settled(changes);
  }

  #moved(hosts: readonly string[], changes: ChangesSink): void {
    for (const name of hosts) this.#overTls(name, this.#own.get(name)?.host, changes);
  }

  #settled(changes: ChangesSink): Changes {
    this.#chains.settle(changes);
    this.#settleClusters(changes);
    return changes;
  }

  #scope(scheme: Scheme, host: string, routes: readonly Route[] | undefined, to: ChangesSink): void {
    const name = scopeName(scheme, host);
    if (routes === undefined) {
      if (!this.#scopes.delete(name)) return;
      for (const holder of [newest(name), lastGood(name)]) this.#clusters.use(holder, new Map());
      to.remove.push({ type: typeUrl.scope, name });
      return;
    }
    if (equal(this.#scopes.get(name), routes)) return;
    const clusters = clustersOf(routes);
    this.#scopes.set(name, routes);
    this.#clusters.use(newest(name), clusters);
    const standIn = () => refusedScope(scheme, host);
    const head = { type: typeUrl.scope, name, requires: [...clusters.keys()], standIn };
    const message = scopedRouteConfiguration(scheme, host, routes, this.#settings);
    to.set.push(this.#encoder.resource(head, ScopedRouteConfigurationSchema, message));
  }

  #chain(name: string, host: VirtualHost | undefined, to: ChangesSink): void {
    const terms = host && ownTerms(host, this.#settings);
    const known = this.#own.get(name)?.terms;
    if (host === undefined || terms === undefined) this.#own.delete(name);
    else this.#own.set(name, { host, terms });
    this.#certificate(chainSecretName(name), host && chainCertificate(host, terms), to);
    if (equal(known, terms)) return;
    const clusters = new Map(terms ? clustersOfTerms(terms).map((of) => [clusterName(of), of]) : []);
    this.#clusters.use(newest(`tcp ${name}`), clusters);
    this.#chains.set(name, terms && this.#encodedChain(name, terms, [...clusters.keys()]), to);
  }

  #encodedChain(host: string, terms: OwnTerms, clusters: readonly string[]): HostChain {
    const filterChains = [ownChain(host, terms, this.#chainSettings)];
    return { ...this.#encoder.piece(ListenerSchema, { filterChains }), clusters };
  }

  /**
   * The certificate that comes on demand and the scope. Until its own chain is in use a host that the chain of all does
   * not fit keeps both as it had them there, so that no handshake fails while it moves; the way back needs no care,
   * since certificates are sent before listeners. A host that fits is always answered on demand, too: nobody asks
   * once it has a chain, and until then (it is new, or the mode was another) its handshakes succeed.
   */
  #overTls(name: string, host: VirtualHost | undefined, to: ChangesSink): void {
    const state = this.#chains.state(name);
    const failed = state === 'refused' || (host !== undefined && demandsTooMuch(host, this.#settings));
    const https = host?.https && failed ? nothingOverTls : host?.https;
    const fits = host !== undefined && fitsCommonChain(host, this.#settings);
    const moving = !fits && state === 'waiting' && this.#certificates.has(name);
    if (!moving || https !== undefined) this.#scope('https', name, https?.routes, to);
    if (!moving) this.#certificate(name, fits ? https?.certificate : undefined, to);
  }

  #certificate(name: string, certificate: Certificate | undefined, to: ChangesSink): void {
    const known = this.#certificates.get(name);
    if (certificate === undefined) {
      if (this.#certificates.delete(name)) to.remove.push({ type: typeUrl.secret, name });
      return;
    }
    if (known !== undefined && sameCertificate(known, certificate)) return;
    this.#certificates.set(name, certificate);
    const head = { type: typeUrl.secret, name, requires: [] };
    to.set.push(this.#encoder.resource(head, SecretSchema, secret(name, certificate)));
  }

  #settleClusters(to: ChangesSink): void {
    const { added, removed } = this.#clusters.settle();
    for (const cluster of added) {
      to.set.push(this.#encoder.resource(clusterHead(cluster), ClusterSchema, envoyCluster(cluster)));
      this.#endpointsOf(cluster, to);
    }
    for (const cluster of removed) {
      this.#endpoints.delete(endpointsName(cluster));
      to.remove.push({ type: typeUrl.cluster, name: clusterName(cluster) });
      if (cluster.externalName === undefined)
        to.remove.push({ type: typeUrl.endpoints, name: endpointsName(cluster) });
    }
  }

  #endpointsOf(cluster: Cluster, to: ChangesSink): void {
    if (cluster.externalName !== undefined) return;
    const name = endpointsName(cluster);
    const slices = this.#settings.endpointsOf(cluster.namespace, cluster.service);
    const head = { type: typeUrl.endpoints, name, requires: [] };
    const message = loadAssignment(cluster, slices);
    const resource = this.#encoder.resource(head, ClusterLoadAssignmentSchema, message);
    if (this.#endpoints.get(name) === resource.version) return;
    this.#endpoints.set(name, resource.version);
    to.set.push(resource);
  }

  /** A wildcard host's certificate is asked for by the names under it, which nobody knows before. */
  #prefetchNames(): readonly string[] {
    const byHandshake = (name: string) => hostOfChainSecret(name) === undefined && !this.#own.has(name);
    return [...this.#certificates.keys()].filter((name) => byHandshake(name) && !isWildcard(name)).sort();
  }
}

/**
 * With active health checks or a DNS name a cluster is ready by its own ACK, which Envoy withholds until they have
 * answered.
 */
function clusterHead(cluster: Cluster) {
  const head = { type: typeUrl.cluster, name: clusterName(cluster), requires: [] };
  const byItself = cluster.healthCheck !== undefined || cluster.externalName !== undefined;
  return byItself ? head : { ...head, warmedBy: endpointsName(cluster) };
}
