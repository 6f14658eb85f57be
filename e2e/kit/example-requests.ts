// Sends the requests of an example and holds the answers against what its expected.txt says.
import assert from 'node:assert/strict';
import { Agent, WebSocket } from 'undici';
import type { Request } from '../../examples/ingressroute/example.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type Answer, ask } from '../../src/testing/http-client.ts';
import type { Ports } from './contour.ts';

/** Answers in a row that make up a state. */
const enough = 20;

/** Rejects if the outcome is any other than the expected one. */
export async function check(request: Request, ports: Ports): Promise<void> {
  const [, soon, words = '', same] = /^(soon )?(.*?)(, then the same)?$/.exec(request.expected) ?? [];
  const outcomes = words.split(' or ');
  if (same !== undefined) return await staysTheSame(request, ports, outcomes);
  if (soon === undefined) return await givesAll(request, ports, outcomes, 1_000);
  await eventually(() => givesAll(request, ports, outcomes, enough));
}

/** Each of the outcomes comes within so many requests, and nothing else does. One outcome comes every time of `enough`. */
async function givesAll(
  request: Request,
  ports: Ports,
  outcomes: readonly string[],
  most: number,
): Promise<void> {
  const unseen = new Set(outcomes);
  for (let asks = 0; asks < enough || unseen.size > 0; asks++) {
    const outcome = await outcomeOf(request, ports);
    assert.ok(outcomes.includes(outcome), `${request.url} was answered ${outcome}, not ${request.expected}`);
    unseen.delete(outcome);
    assert.ok(asks < most, `${request.url} was never answered ${[...unseen]}`);
    if (request.method === 'POST') return;
  }
}

/** The cookies of the first answer bring all later ones from where it came. */
async function staysTheSame(request: Request, ports: Ports, outcomes: readonly string[]): Promise<void> {
  const first = await send(request, ports);
  const cookies = [first.headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';')[0]);
  assert.ok(cookies.length > 0, `${request.url} sets no cookie`);
  const outcome = told(first, request);
  assert.ok(outcomes.includes(outcome), `${request.url} was answered ${outcome}, not ${request.expected}`);
  for (let asks = 0; asks < enough; asks++) {
    const next = await send(request, ports, { cookie: cookies.join('; ') });
    assert.equal(told(next, request), outcome, `${request.url} with the cookie ${cookies}`);
  }
}

/** In the words of expected.txt. */
export async function outcomeOf(request: Request, ports: Ports): Promise<string> {
  return request.scheme === 'ws' ? await converse(request, ports) : told(await send(request, ports), request);
}

const send = ({ scheme, method, host, port, path }: Request, ports: Ports, headers = {}): Promise<Answer> => {
  const tls = scheme === 'https';
  const own = port ?? (tls ? ports.https : ports.http);
  return ask({ method, host, path, headers, port: own, ...(tls && { tls: { sni: host } }) });
};

function told({ status, body }: Answer, { expected }: Request): string {
  if (status !== 200) return String(status);
  const { backend, path, encrypted } = JSON.parse(body.toString());
  return `${backend}${encrypted ? ' over TLS' : ''}${expected.includes(' gets ') ? ` gets ${path}` : ''}`;
}

/** Says something on a WebSocket: `NAME echoes`, or `refused`. */
async function converse({ host, path }: Request, ports: Ports): Promise<string> {
  const here = [{ address: '127.0.0.1', family: 4 }];
  const dispatcher = new Agent({ connect: { lookup: (_name, _options, found) => found(null, here) } });
  try {
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = new WebSocket(`ws://${host}:${ports.http}${path}`, { dispatcher });
    socket.addEventListener('open', () => socket.send('something'));
    socket.addEventListener('message', ({ data }) => resolve(String(data).replace(/ something$/, '')));
    socket.addEventListener('error', () => resolve('refused'));
    const outcome = await promise;
    socket.close();
    return outcome;
  } finally {
    await dispatcher.destroy();
  }
}
