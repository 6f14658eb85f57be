// What the machines around this process ask: is it alive, is it ready, what does it count? The kubelet and Prometheus
// come by the pod's address, so any Host is answered; nothing here is a secret.
import { escapeControl } from '../dag/user-text.ts';
import { createHttpServer, type HttpPage, type HttpServer, plainAnswer } from './http-server.ts';
import type { ListenPort } from './ports.ts';

export interface HealthServerOptions {
  /** Where to listen; port 0 takes a free one. */
  readonly listen: ListenPort;
  /** What this process waits for until it is ready, a line for each; empty: it is ready. Asked at every request. */
  readonly waitedFor: () => readonly string[];
  /** In Prometheus' text format. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

/** Of `/readyz`: most lines and longest line, in UTF-16 units; some quote the API server. */
const limits = { lines: 50, line: 300 } as const;

/**
 * `/healthz` answers 200 as long as this process answers at all; `/readyz` 200 once nothing is waited for, else 503 and
 * what it is; `/metrics` the metrics. `run` rejects with a StartError if the port cannot be had.
 */
export function createHealthServer({ listen, waitedFor, metrics }: HealthServerOptions): HttpServer {
  const pages: readonly [string, HttpPage][] = [
    ['/healthz', () => plainAnswer(200, 'ok')],
    ['/readyz', () => readiness(waitedFor())],
    ['/metrics', async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.text() })],
  ];
  return createHttpServer({ name: 'health server', listen, pages: new Map(pages) });
}

function readiness(waited: readonly string[]) {
  if (waited.length === 0) return plainAnswer(200, 'ok');
  const lines = waited.slice(0, limits.lines).map((line) => escapeControl(line.slice(0, limits.line)));
  if (waited.length > lines.length) lines.push(`and ${waited.length - lines.length} more`);
  return plainAnswer(503, lines.join('\n'));
}
