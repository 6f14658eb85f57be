// Virtual hosts to Envoy's resources, a host at a time: a change encodes what the host needs and nothing else.
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { TypedExtensionConfigSchema } from '@envoyproxy/protos/envoy/config/core/v3/extension_pb.js';
import { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { ScopedRouteConfigurationSchema } from '@envoyproxy/protos/envoy/config/route/v3/scoped_route_pb.js';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { equal } from '../dag/equal.ts';
import type { Certificate, Cluster, Route, VirtualHost } from '../dag/model.ts';
import type { EndpointSlice } from '../dag/objects.ts';
import type { Changes, Resource } from '../xds/resource.ts';
import { envoyCluster } from './cluster.ts';
import { ClusterTable } from './cluster-table.ts';
import { createEncoder, encode } from './encode.ts';
import { loadAssignment } from './endpoint.ts';
import { wildResource } from './filters/wild.ts';
import { httpListener, httpsListener, type ListenerSettings, listenerName } from './listener.ts';
import { clusterName, endpointsName, isWildcard, type Scheme, scopeName, wildFilter } from './names.ts';
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
  /** The listeners and the filter that they wait for; the same at every call. */
  listeners(): Changes;
  /** Hosts with a new content; undefined: no longer served. */
  hosts(hosts: ReadonlyMap<string, VirtualHost | undefined>): Changes;
  /** Services (`namespace/name`) whose slices changed; those that no cluster uses cost nothing. */
  endpoints(services: readonly string[]): Changes;
  /**
   * Clusters that the last accepted version of a scope names: they exist until a later version is accepted or the
   * scope is gone, so that a scope that is refused keeps serving what it has.
   */
  keep(scope: string, clusters: readonly string[]): Changes;
  readonly counters: { readonly encoded: number };
}

export const createTranslator = (settings: EnvoySettings): Translator => new HostTranslator(settings);

interface MutableChanges extends Changes {
  readonly set: Resource[];
  readonly remove: { readonly type: string; readonly name: string }[];
}

const noChanges = (): MutableChanges => ({ set: [], remove: [] });

/** A scope holds clusters twice: by its newest version and by the last that an Envoy accepted. */
const newest = (scope: string) => `newest ${scope}`;
const lastGood = (scope: string) => `last good ${scope}`;

class HostTranslator implements Translator {
  readonly #settings: EnvoySettings;
  readonly #encoder = createEncoder();
  readonly #clusters = new ClusterTable();
  /** What each scope was made of: most changes of a host leave one of its scopes as it was. */
  readonly #scopes = new Map<string, readonly Route[]>();
  readonly #certificates = new Map<string, Certificate>();
  /** Versions by name, since most changes of slices leave the ready addresses as they were. */
  readonly #endpoints = new Map<string, string>();

  constructor(settings: EnvoySettings) {
    this.#settings = settings;
  }

  get counters() {
    return this.#encoder;
  }

  listeners(): Changes {
    const http = httpListener(this.#settings);
    const https = httpsListener(this.#settings, []);
    const firstBytes = () => encode(ListenerSchema, httpsListener(this.#settings, this.#prefetchNames()));
    const head = { type: typeUrl.listener, requires: [] };
    const wild = { type: typeUrl.extension, name: wildFilter, requires: [] };
    return {
      set: [
        this.#encoder.resource({ ...head, name: listenerName('http') }, ListenerSchema, http),
        this.#encoder.resource({ ...head, name: listenerName('https'), firstBytes }, ListenerSchema, https),
        this.#encoder.resource(wild, TypedExtensionConfigSchema, wildResource),
      ],
      remove: [],
    };
  }

  hosts(hosts: ReadonlyMap<string, VirtualHost | undefined>): Changes {
    const changes = noChanges();
    for (const [name, host] of hosts) {
      this.#scope('http', name, host?.http, changes);
      this.#scope('https', name, host?.https?.routes, changes);
      this.#certificate(name, host?.https?.certificate, changes);
    }
    this.#settleClusters(changes);
    return changes;
  }

  endpoints(services: readonly string[]): Changes {
    const changes = noChanges();
    for (const service of services) {
      for (const cluster of this.#clusters.ofService(service)) this.#endpointsOf(cluster, changes);
    }
    return changes;
  }

  keep(scope: string, clusters: readonly string[]): Changes {
    const changes = noChanges();
    if (!this.#scopes.has(scope)) return changes;
    this.#clusters.keep(lastGood(scope), clusters);
    this.#settleClusters(changes);
    return changes;
  }

  #scope(scheme: Scheme, host: string, routes: readonly Route[] | undefined, to: MutableChanges): void {
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

  #certificate(host: string, certificate: Certificate | undefined, to: MutableChanges): void {
    const known = this.#certificates.get(host);
    if (certificate === undefined) {
      if (this.#certificates.delete(host)) to.remove.push({ type: typeUrl.secret, name: host });
      return;
    }
    if (known !== undefined && sameCertificate(known, certificate)) return;
    this.#certificates.set(host, certificate);
    const head = { type: typeUrl.secret, name: host, requires: [] };
    to.set.push(this.#encoder.resource(head, SecretSchema, secret(host, certificate)));
  }

  #settleClusters(to: MutableChanges): void {
    const { added, removed } = this.#clusters.settle();
    for (const cluster of added) {
      const name = clusterName(cluster);
      const head = { type: typeUrl.cluster, name, requires: [], warmedBy: endpointsName(cluster) };
      to.set.push(this.#encoder.resource(head, ClusterSchema, envoyCluster(cluster)));
      this.#endpointsOf(cluster, to);
    }
    for (const cluster of removed) {
      this.#endpoints.delete(endpointsName(cluster));
      to.remove.push({ type: typeUrl.cluster, name: clusterName(cluster) });
      to.remove.push({ type: typeUrl.endpoints, name: endpointsName(cluster) });
    }
  }

  #endpointsOf(cluster: Cluster, to: MutableChanges): void {
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
    return [...this.#certificates.keys()].filter((host) => !isWildcard(host)).sort();
  }
}
