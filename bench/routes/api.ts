// The benchmark's own client of the API server: create, replace, read, watch.
import { Agent, type Dispatcher } from 'undici';
import type { Credentials } from './cluster.ts';

/** Requests at the same time. */
export const parallel = 24;
const timeout = 60_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Api extends AsyncDisposable {
  /** Any status is an answer. */
  ask(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<Answer>;
  /** As `ask`; rejects with the server's words unless the status is below 300. */
  send(method: Dispatcher.HttpMethod, path: string, body?: object): Promise<string>;
  /** The lines of a watch until the server ends it. */
  lines(path: string, signal: AbortSignal): AsyncIterable<string>;
}

export function connectApi({ url, token, certificate }: Credentials): Api {
  // One more connection, for a watch.
  const agent = new Agent({
    connections: parallel + 1,
    pipelining: 1,
    connect: { ca: certificate },
    headersTimeout: timeout,
    bodyTimeout: 0,
  });
  const request = (method: Dispatcher.HttpMethod, path: string, more: Partial<Dispatcher.RequestOptions>) =>
    agent.request({
      origin: url,
      method,
      path,
      ...more,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
  const ask = async (method: Dispatcher.HttpMethod, path: string, body?: object): Promise<Answer> => {
    const { statusCode, body: answer } = await request(method, path, {
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: statusCode, text: await answer.text() };
  };
  return {
    ask,
    async send(method, path, body) {
      const { status, text } = await ask(method, path, body);
      if (status < 300) return text;
      throw new Error(`API server: ${method} ${path} answered ${status}: ${text.slice(0, 400)}`);
    },
    async *lines(path, signal) {
      const { statusCode, body } = await request('GET', path, { signal });
      if (statusCode !== 200) throw new Error(`API server: watch of ${path} answered ${statusCode}`);
      body.setEncoding('utf8');
      let rest = '';
      for await (const chunk of body) {
        const lines = `${rest}${chunk}`.split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
      }
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}
