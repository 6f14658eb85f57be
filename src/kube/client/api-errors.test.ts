import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answerError, longestRetryAfterMs, noAnswer, statusError } from './api-errors.ts';

const now = Date.parse('2024-05-01T10:00:00Z');
const request = 'PATCH /apis/x/status';
const answer = (status: number, body: unknown, retryAfter?: string) =>
  answerError(request, { status, retryAfter, text: JSON.stringify(body) }, now);
const status = (rest: object) => ({ kind: 'Status', ...rest });

describe('errors of answers', () => {
  test('name the request, the status and the words of the server', () => {
    const error = answer(409, status({ reason: 'Conflict', message: 'the object has been modified' }));
    assert.equal(error.message, `${request}: 409 Conflict: the object has been modified`);
    assert.deepEqual([error.code, error.reason, error.retryAfterMs], [409, 'Conflict', undefined]);
  });

  test('are one line, cut to 300 characters of the server', () => {
    const { message } = answer(422, status({ message: `a\nb\u001b[31m\u2028${'x'.repeat(500)}` }));
    assert.ok(!/[\p{Cc}\u2028]/u.test(message));
    assert.ok(message.length < request.length + 340, String(message.length));
  });

  for (const [name, body] of [
    ['another kind', { kind: 'Secret', message: 's3cret', reason: 'S3cret' }],
    ['a message that is no text', status({ message: { s3cret: 1 } })],
    ['text', 's3cret'],
    ['null', null],
  ] as const) {
    test(`never hold a body: ${name}`, () => {
      const error = answer(500, body);
      assert.equal(error.message, `${request}: 500 Internal Server Error`);
      assert.equal(error.reason, '');
    });
  }

  test('a reason that is no identifier is none', () => {
    assert.equal(answer(500, status({ reason: 'a\nb' })).reason, '');
  });

  test('a status that has no name in HTTP', () => {
    assert.equal(answer(599, {}).message, `${request}: 599`);
  });
});

describe('how long the server asks to wait', () => {
  for (const [header, body, expected] of [
    ['7', {}, 7_000],
    [' 0 ', {}, 0],
    ['Wed, 01 May 2024 10:00:05 GMT', {}, 5_000],
    ['Wed, 01 May 2024 09:00:00 GMT', {}, 0],
    ['999999999999', {}, longestRetryAfterMs],
    ['Fri, 31 Dec 2999 23:59:59 GMT', {}, longestRetryAfterMs],
    ['soon', {}, undefined],
    [undefined, {}, undefined],
    [undefined, status({ details: { retryAfterSeconds: 3 } }), 3_000],
    ['1', status({ details: { retryAfterSeconds: 3 } }), 1_000],
    [undefined, status({ details: { retryAfterSeconds: 1e9 } }), longestRetryAfterMs],
    [undefined, status({ details: { retryAfterSeconds: -1 } }), undefined],
    [undefined, status({ details: { retryAfterSeconds: '3' } }), undefined],
  ] as const) {
    test(`${header} and ${JSON.stringify(body)}`, () => {
      assert.equal(answer(429, body, header).retryAfterMs, expected);
    });
  }

  test('in an ERROR event', () => {
    const error = statusError(request, { code: 429, details: { retryAfterSeconds: 4 } });
    assert.deepEqual([error.code, error.retryAfterMs], [429, 4_000]);
  });
});

describe('failures without an answer', () => {
  test('keep what was thrown as their cause', () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:1');
    const error = noAnswer(request, cause);
    assert.deepEqual([error.code, error.reason], [0, '']);
    assert.equal(error.message, `${request}: connect ECONNREFUSED 127.0.0.1:1`);
    assert.equal(error.cause, cause);
  });

  test('of every address of a name', () => {
    const both = new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]);
    assert.equal(noAnswer(request, both).message, `${request}: refused ::1; refused 127.0.0.1`);
  });

  test('without words', () =>
    assert.equal(noAnswer(request, new Error('')).message, `${request}: no answer`));

  test('an ApiError stays as it is', () => {
    const error = noAnswer(request, new Error('x'));
    assert.equal(noAnswer('GET /other', error), error);
  });
});
