// The graph in Graphviz's language, for people: listener -> virtual host -> route -> service -> endpoints, secrets
// beside the hosts, and the objects that delegated to each route. Ids are made of names, so that the output of the
// same graph is the same text. Certificates are named, never shown.
import type { Graph } from './graph.ts';
import type { Action, Backend, Cluster, PathMatch, Route, TcpProxy, VirtualHost } from './model.ts';
import { unreachable } from './model.ts';
import type { EndpointSlice, ObjectKey } from './objects.ts';

export type EndpointsOf = (namespace: string, service: string) => readonly EndpointSlice[];

type Listener = 'http' | 'https';

/** A complete digraph; the order of hosts is by name, that of routes as they are matched. */
export function toDot(graph: Pick<Graph, 'hosts' | 'verdicts'>, endpointsOf: EndpointsOf): string {
  const writer = new DotWriter(graph, endpointsOf);
  const hosts = [...graph.hosts().values()].sort((a, b) => (a.host < b.host ? -1 : 1));
  for (const host of hosts) writer.host(host);
  return writer.text();
}

class DotWriter {
  readonly #graph: Pick<Graph, 'hosts' | 'verdicts'>;
  readonly #endpointsOf: EndpointsOf;
  /** Statements in the order of their first use, each once. */
  readonly #statements = new Set<string>();

  constructor(graph: Pick<Graph, 'hosts' | 'verdicts'>, endpointsOf: EndpointsOf) {
    this.#graph = graph;
    this.#endpointsOf = endpointsOf;
  }

  text(): string {
    const frame = ['digraph dag {', '  rankdir="LR";', '  node [shape="box"];'];
    return `${[...frame, ...this.#statements, '}'].join('\n')}\n`;
  }

  host(host: VirtualHost): void {
    if (host.http) this.#listener('http', host.host, host.http);
    if (host.https) this.#secret(this.#listener('https', host.host, host.https.routes), host.https);
    if (host.tcp) this.#secret(this.#tcpProxy(host.host, host.tcp), host.tcp);
  }

  #secret(host: string, { certificate }: Pick<TcpProxy, 'certificate'>): void {
    if (!certificate) return;
    const name = `${certificate.namespace}/${certificate.name}`;
    this.#edge(host, this.#node(`secret ${name}`, ['Secret', name], 'note'));
  }

  /** Its backends hang on the host itself: there are no routes between. */
  #tcpProxy(host: string, { certificate, backends, source, chain }: TcpProxy): string {
    const id = this.#listener('https', host, []);
    const kind = certificate ? 'connections' : 'connections, TLS passed through';
    const proxy = this.#node(`tcpproxy ${host}`, ['TCP proxy', kind], 'box');
    this.#edge(id, proxy);
    this.#chain([...chain, source], proxy);
    this.#backends(proxy, backends);
    return id;
  }

  #listener(listener: Listener, host: string, routes: readonly Route[]): string {
    const from = this.#node(`listener ${listener}`, ['Listener', listener], 'cds');
    const id = this.#node(`host ${listener}/${host}`, ['Virtual host', host], 'house');
    this.#edge(from, id);
    for (const route of routes) this.#route(id, `${listener}/${host}`, route);
    return id;
  }

  #route(host: string, scope: string, route: Route): void {
    const match = matchText(route.match);
    const id = this.#node(`route ${scope} ${match}`, ['Route', match, actionText(route.action)], 'box');
    this.#edge(host, id);
    this.#chain([...route.chain, route.source], id);
    if (route.action.kind === 'forward') this.#backends(id, route.action.backends);
  }

  #backends(from: string, backends: readonly Backend[]): void {
    for (const { cluster, weight } of backends) {
      const service = cluster
        ? this.#service(cluster)
        : this.#node('service missing', ['missing: 503'], 'octagon');
      this.#edge(from, service, `weight ${weight}`);
    }
  }

  /** Root first, each object delegating to the next, the last one defining the route. */
  #chain(objects: readonly ObjectKey[], route: string): void {
    const nodes = [...new Set(objects)].map((key) => this.#object(key));
    for (const [index, node] of nodes.entries()) {
      const next = nodes[index + 1];
      if (next === undefined) this.#edge(node, route, 'defines', 'dashed');
      else this.#edge(node, next, 'delegates', 'dashed');
    }
  }

  #object(key: ObjectKey): string {
    const [kind = '', namespace = '', name = ''] = key.split('/');
    const verdict = this.#graph.verdicts().get(key);
    const status = verdict ? [verdict.currentStatus] : [];
    return this.#node(`object ${key}`, [kind, `${namespace}/${name}`, ...status], 'folder');
  }

  #service({ namespace, service, port, portName }: Cluster): string {
    const name = `${namespace}/${service}`;
    const id = this.#node(`service ${name}/${port}`, ['Service', name, `port ${port}`], 'ellipse');
    for (const slice of this.#endpointsOf(namespace, service)) {
      const ports = slice.ports.filter((candidate) => candidate.name === portName);
      for (const target of ports) this.#endpoints(id, name, { slice, port: target.port });
    }
    return id;
  }

  #endpoints(id: string, service: string, { slice, port }: { slice: EndpointSlice; port: number }): void {
    for (const { addresses, ready } of slice.endpoints) {
      for (const address of addresses) {
        const endpoint = `${address.includes(':') ? `[${address}]` : address}:${port}`;
        const label = ready ? [endpoint] : [endpoint, 'not ready'];
        this.#edge(id, this.#node(`endpoint ${service} ${endpoint}`, label, 'plain'));
      }
    }
  }

  #node(id: string, label: readonly string[], shape: string): string {
    const quotedId = quoted(id);
    this.#statements.add(`  ${quotedId} [label=${quoted(...label)}, shape="${shape}"];`);
    return quotedId;
  }

  #edge(from: string, to: string, label = '', style = 'solid'): void {
    this.#statements.add(`  ${from} -> ${to} [label=${quoted(label)}, style="${style}"];`);
  }
}

/**
 * A quoted string. Users' text in it is shown as it is: Graphviz's escapes (`\N`, `\l`) and character entities have
 * no meaning, control characters become spaces.
 */
function quoted(...lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line
      .toWellFormed()
      .replace(/\p{Cc}/gu, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"'),
  );
  return `"${escaped.join('\\n')}"`;
}

const matchText = (match: PathMatch): string => `${match.kind} ${match.path}`;

function actionText(action: Action): string {
  switch (action.kind) {
    case 'forward':
      return action.websockets ? 'forward, websockets' : 'forward';
    case 'redirect-to-https':
      return 'redirect to https';
    case 'respond':
      return `respond ${action.status}`;
  }
  return unreachable(action);
}
