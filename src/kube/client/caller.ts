// One call of the API server, whatever it is: credentials, limits, and errors.
import type { KubeConfig } from '@kubernetes/client-node';
import type { Clock } from '../../runtime/clock.ts';
import type { RawObject } from '../../store/events.ts';
import type { ApiError } from '../api.ts';
import { type Access, type AccessKeeper, createAccess } from './access.ts';
import { type Answer, answerError, noAnswer, type RequestName } from './api-errors.ts';
import { exchange } from './exchange.ts';
import { parseJson } from './json.ts';
import { limited } from './limited.ts';

export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: string;
  readonly body?: { readonly type: string; readonly object: RawObject };
  readonly signal: AbortSignal;
  /** Longest time that it may take, in milliseconds. */
  readonly ms: number;
  /** Bytes of the answer. */
  readonly maxBytes: number;
}

export interface Caller {
  readonly clock: Clock;
  readonly keeper: AccessKeeper;
  headersOf(access: Access): Record<string, string>;
  /** For an answer that is no success. */
  refusal(request: RequestName, answer: Answer): ApiError;
  /** The parsed body of a success, undefined if it is no JSON; rejects with an ApiError and nothing else. */
  call(call: Call): Promise<unknown>;
}

export interface CallerOptions {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  readonly userAgent: string;
}

export function createCaller({ kubeConfig, clock, userAgent }: CallerOptions): Caller {
  const keeper = createAccess(kubeConfig, clock);
  const headersOf = (access: Access) => ({
    ...{ accept: 'application/json', 'user-agent': userAgent },
    ...access.headers,
  });

  function refusal(request: RequestName, answer: Answer): ApiError {
    if (answer.status === 401) keeper.refused();
    return answerError(request, answer, clock.date().getTime());
  }

  async function send(call: Call, signal: AbortSignal): Promise<Answer> {
    const { method, path, query = '', body, maxBytes } = call;
    const access = await keeper.get();
    const headers = headersOf(access);
    const type = body === undefined ? {} : { 'content-type': body.type };
    return exchange(access.dispatcher, {
      origin: access.origin,
      method,
      path: access.prefix + path + query,
      headers: { ...headers, ...type },
      body: body === undefined ? undefined : JSON.stringify(body.object),
      maxBytes,
      signal,
    });
  }

  return {
    ...{ clock, keeper, headersOf, refusal },
    async call(call) {
      const request = `${call.method} ${call.path}`;
      try {
        const limits = { signal: call.signal, clock, ms: call.ms };
        const answer = await limited(limits, (signal) => send(call, signal));
        if (answer.status < 200 || answer.status > 299) throw refusal(request, answer);
        return parseJson(answer.text);
      } catch (error) {
        throw noAnswer(request, error);
      }
    },
  };
}
