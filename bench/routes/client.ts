// One request through Envoy.
import http from 'node:http';
import https from 'node:https';
import { ports } from './ports.ts';

export interface Served {
  /** 0: no answer (connection refused, closed or silent for three seconds). */
  readonly status: number;
  readonly body: string;
}

/** GET / of `host`. */
export type Get = (host: string) => Promise<Served>;

const timeout = 3000;

/** Plain text over few connections that stay open, as a proxy's usual clients do. */
export function plainClient(): Get & Disposable {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const get: Get = (host) =>
    answered(http.get({ host: '127.0.0.1', port: ports.http, headers: { host }, agent, timeout }));
  return Object.assign(get, { [Symbol.dispose]: () => agent.destroy() });
}

/** A new connection and handshake for every request. The shared certificate is self-signed. */
export function tlsClient(): Get & Disposable {
  const get: Get = (host) =>
    answered(
      https.get({
        host: '127.0.0.1',
        port: ports.https,
        headers: { host },
        agent: false,
        servername: host,
        rejectUnauthorized: false,
        timeout,
      }),
    );
  return Object.assign(get, { [Symbol.dispose]: () => {} });
}

function answered(request: http.ClientRequest): Promise<Served> {
  return new Promise((resolve) => {
    const none = () => resolve({ status: 0, body: '' });
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', none);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', none);
  });
}
