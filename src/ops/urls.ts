// Commands to try: for every route that is served a curl line that works as it stands.
import type { PathMatch, Route, VirtualHost } from '../dag/model.ts';
import { alignColumns, type Style } from './terminal-text.ts';

/** Where Envoy is reached from this machine. */
export interface Entrance {
  readonly address: string;
  readonly httpPort: number;
  readonly httpsPort: number;
}

export interface UrlOptions {
  readonly entrance: Entrance;
  /** Most lines; what is left out is counted in a last line. */
  readonly limit: number;
}

/** Curl lines sorted by host, with what answers each behind a `#`. */
export function urlLines(
  hosts: Iterable<VirtualHost>,
  { entrance, limit }: UrlOptions,
  style: Style,
): string[] {
  const sorted = [...hosts].sort((a, b) => (a.host < b.host ? -1 : 1));
  const rows = sorted.flatMap((host) => [
    ...rowsOf(host.http ?? [], (path) => plainCommand(host.host, path, entrance)),
    ...rowsOf(host.https?.routes ?? [], (path) => tlsCommand(host.host, path, entrance)),
  ]);
  const shown = rows.slice(0, limit).map(({ command, answer }) => [command, `# ${answer}`]);
  const lines = alignColumns(shown, style, (_, column) => (column === 1 ? 'dim' : undefined));
  return rows.length > limit ? [...lines, `and ${rows.length - limit} more`] : lines;
}

interface Row {
  readonly command: string;
  readonly answer: string;
}

function rowsOf(routes: readonly Route[], command: (path: string) => string): Row[] {
  return routes.flatMap((route) => {
    const path = examplePath(route.match);
    const answer = answerOf(route);
    return path === undefined || answer === undefined ? [] : [{ command: command(path), answer }];
  });
}

/** A path that the match takes; none can be told for a regular expression. */
function examplePath(match: PathMatch): string | undefined {
  return match.kind === 'regex' ? undefined : match.path;
}

/** Redirects to HTTPS are left out: the same route's HTTPS line says more. */
function answerOf({ action }: Route): string | undefined {
  if (action.kind === 'redirect-to-https') return undefined;
  if (action.kind === 'respond') return `answers ${action.status}`;
  const clusters = action.backends.flatMap(({ cluster }) => (cluster === undefined ? [] : [cluster]));
  if (clusters.length === 0) return 'answers 503';
  return clusters.map(({ namespace, service, port }) => `${namespace}/${service}:${port}`).join(', ');
}

function plainCommand(host: string, path: string, { address, httpPort }: Entrance): string {
  const header = host === '*' ? [] : ['-H', shellWord(`Host: ${exampleHost(host)}`)];
  return ['curl', ...header, shellWord(`http://${authority(address, httpPort)}${urlPath(path)}`)].join(' ');
}

function tlsCommand(host: string, path: string, { address, httpsPort }: Entrance): string {
  const name = exampleHost(host);
  const resolve = shellWord(`${name}:${httpsPort}:${bracketed(address)}`);
  return ['curl', '-k', '--resolve', resolve, shellWord(`https://${name}:${httpsPort}${urlPath(path)}`)].join(
    ' ',
  );
}

/** A name that the host takes. */
function exampleHost(host: string): string {
  return host === '*' ? 'any.example' : host.replace(/^\*/, 'any');
}

/** An address in a URL; IPv6 in brackets. */
const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);
/** `address:port` as in a URL. */
export const authority = (address: string, port: number): string => `${bracketed(address)}:${port}`;

/** What curl sends as this path: what a URL or curl's globbing would read otherwise is encoded, escapes are kept. */
function urlPath(path: string): string {
  const encoded = encodeURI(path.toWellFormed()).replace(/[?#[\]{}]/g, encodeURIComponent);
  return encoded.replace(/%25([0-9a-f]{2})/gi, '%$1');
}

/** Quoted if a POSIX shell would read it otherwise. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
