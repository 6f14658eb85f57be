// From answers and failures of HTTP to ApiErrors: one line that names the request, and never a body or a token.
import { STATUS_CODES } from 'node:http';
import { plainWords } from '../../dag/user-text.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { RawObject } from '../../store/events.ts';
import { ApiError } from '../api.ts';
import { isRawObject, parseJson } from './json.ts';

/** `GET /api/v1/services`: without the query, which may hold a continue token. */
export type RequestName = string;

/** Longest piece of the server's words in a message, in UTF-16 units. */
const longestMessage = 300;

/** Longest wait that a server can ask of us, in milliseconds; Kubernetes asks for seconds. */
export const longestRetryAfterMs = 300_000;

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** For an answer that is no success. `now`: milliseconds since 1970, for a Retry-After that is a date. */
export function answerError(request: RequestName, answer: Answer, now: number): ApiError {
  const body = parseJson(answer.text);
  const status = isRawObject(body) && body.kind === 'Status' ? body : {};
  const retryAfterMs = retryAfter(answer.retryAfter, now) ?? detailedRetryAfter(status);
  return new ApiError(wordsOf(request, answer.status, status), {
    code: answer.status,
    reason: reasonOf(status),
    retryAfterMs,
  });
}

/** For the Status object of a watch's ERROR event. */
export function statusError(request: RequestName, status: RawObject): ApiError {
  const code = Number.isInteger(status.code) ? Number(status.code) : 500;
  return new ApiError(wordsOf(request, code, status), {
    code,
    reason: reasonOf(status),
    retryAfterMs: detailedRetryAfter(status),
  });
}

/** For what came without an HTTP status, or cannot be read: code 0. */
export function noAnswer(request: RequestName, thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const text = plainWords(wordsOfFailure(thrown), longestMessage);
  return new ApiError(
    `${request}: ${text}`,
    { code: 0, reason: '', retryAfterMs: undefined },
    { cause: thrown },
  );
}

/** An object name that the API server cannot have: as if it had been asked. */
export const noSuchName = (request: RequestName): ApiError =>
  new ApiError(`${request}: 404 Not Found: no object can have this name`, {
    ...{ code: 404, reason: 'NotFound' },
    retryAfterMs: undefined,
  });

function wordsOf(request: RequestName, code: number, status: RawObject): string {
  const head = `${request}: ${`${code} ${STATUS_CODES[code] ?? ''}`.trimEnd()}`;
  const message = typeof status.message === 'string' ? plainWords(status.message, longestMessage) : '';
  return message === '' ? head : `${head}: ${message}`;
}

const reasonOf = ({ reason }: RawObject): string =>
  typeof reason === 'string' && /^[A-Za-z]{1,64}$/.test(reason) ? reason : '';

/** Failures to connect to every address of a name come as one error without words of its own. */
function wordsOfFailure(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0)
    return thrown.errors.map(messageOf).join('; ');
  return messageOf(thrown) || 'no answer';
}

/** RFC 9110: seconds, or a date. */
function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestRetryAfterMs);
}

function detailedRetryAfter({ details }: RawObject): number | undefined {
  const seconds = isRawObject(details) ? details.retryAfterSeconds : undefined;
  if (typeof seconds !== 'number' || !(seconds > 0)) return undefined;
  return Math.min(seconds * 1_000, longestRetryAfterMs);
}
