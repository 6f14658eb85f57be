import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { CurrentStatus, Verdict } from '../dag/model.ts';
import { objectKey } from '../dag/objects.ts';
import type { Problem } from '../dag/problems.ts';
import { escapeControl } from '../dag/user-text.ts';
import {
  envoyLine,
  type FileProblem,
  fileProblemLines,
  fileRepairedLine,
  hostLine,
  tableLines,
  verdictLines,
} from './terminal.ts';

const plain = { colour: false };
const at = new Date(2026, 0, 2, 12, 1, 2, 123);
const verdict = (name: string, currentStatus: CurrentStatus, problems: readonly Problem[] = []): Verdict => ({
  object: objectKey('IngressRoute', 'shop', name),
  generation: undefined,
  uid: undefined,
  currentStatus,
  description: `${currentStatus} IngressRoute`,
  problems,
  ...{ problemsCount: problems.length, reachedFrom: [], reachedFromCount: 0 },
});
const missing: Problem = {
  code: 'ServiceMissing',
  severity: 'error',
  message: 'no Service [nope:80]',
  route: '/nope',
};
const shadowed: Problem = { code: 'Shadowed', severity: 'warning', message: 'shadowed by a/b', route: '/x' };

test('the table is sorted, aligned and tells the worst problem', () => {
  const ingress = {
    ...verdict('web', 'valid'),
    object: objectKey('Ingress', 'a', 'web'),
    description: 'valid Ingress',
  };
  const rows = [verdict('zoo', 'orphaned'), verdict('cart', 'invalid', [missing, shadowed]), ingress];
  assert.deepEqual(tableLines(rows, plain), [
    'KIND          OBJECT     STATUS    REASON',
    'Ingress       a/web      valid     valid Ingress',
    'IngressRoute  shop/cart  invalid   /nope: no Service [nope:80] (and 1 more)',
    'IngressRoute  shop/zoo   orphaned  orphaned IngressRoute',
  ]);
});

test('colours do not move columns and are left out where they are not wanted', () => {
  const rows = [verdict('a', 'valid'), verdict('b', 'invalid', [missing])];
  const coloured = tableLines(rows, { colour: true });
  assert.ok(coloured[2]?.includes('\u001b[31minvalid\u001b[0m'));
  assert.deepEqual(
    coloured.map((line) => stripVTControlCharacters(line)),
    tableLines(rows, plain),
  );
});

test('a line for each change', () => {
  const object = objectKey('IngressRoute', 'shop', 'cart');
  const [bad, good, warned] = [
    verdict('cart', 'invalid', [missing]),
    verdict('cart', 'valid'),
    verdict('cart', 'valid', [shadowed]),
  ];
  const lines = [
    hostLine(at, { host: 'a.com', kind: 'changed', envoys: 1, ms: 6.8 }, plain),
    hostLine(at, { host: '*.a.com', kind: 'removed', envoys: 2, ms: 0.1 }, plain),
    ...verdictLines(at, object, { before: good, after: bad }, plain),
    ...verdictLines(at, object, { before: good, after: warned }, plain),
    ...verdictLines(at, object, { before: undefined, after: good }, plain),
    ...verdictLines(at, object, { before: good, after: undefined }, plain),
    envoyLine(at, { kind: 'ready', version: '1.40.0', ms: 612.4 }, plain),
    envoyLine(at, { kind: 'died', end: 'SIGKILL', restartMs: 250 }, plain),
  ];
  assert.deepEqual(lines, [
    '12:01:02.123  a.com  route changed, served by 1 Envoy after 7 ms',
    '12:01:02.123  *.a.com  no longer served, confirmed by 2 Envoys after 1 ms',
    '12:01:02.123  IngressRoute shop/cart  valid → invalid: /nope: no Service [nope:80]',
    '12:01:02.123  IngressRoute shop/cart  valid: warning: /x: shadowed by a/b',
    '12:01:02.123  IngressRoute shop/cart  valid: valid IngressRoute',
    '12:01:02.123  IngressRoute shop/cart  gone',
    '12:01:02.123  Envoy  1.40.0 serves after 612 ms',
    '12:01:02.123  Envoy  ended (SIGKILL), starts again in 250 ms',
  ]);
});

test('an object that changes tells each problem, the worst first', () => {
  const object = objectKey('IngressRoute', 'shop', 'cart');
  const lines = (count: number) =>
    verdictLines(
      at,
      object,
      { before: undefined, after: verdict('cart', 'invalid', [missing, ...Array(count).fill(shadowed)]) },
      plain,
    );
  assert.deepEqual(lines(1), [
    '12:01:02.123  IngressRoute shop/cart  invalid: /nope: no Service [nope:80]',
    '    warning: /x: shadowed by a/b',
  ]);
  assert.deepEqual(lines(11).slice(-2), [
    '    warning: /x: shadowed by a/b',
    '    and 2 more; /status on the debug port has all',
  ]);
});

test('a file that cannot be read is shown with its place and what is served', () => {
  const excerpt = 'spec:\n\troutes: [\n         ^\n';
  const problem: FileProblem = {
    severity: 'error',
    file: 'shop.yaml',
    line: 2,
    column: 10,
    message: 'unclosed list\nmore',
    excerpt,
  };
  assert.deepEqual(fileProblemLines(at, problem, plain), [
    '12:01:02.123  shop.yaml:2:10  unclosed list',
    '    spec:',
    '     routes: [',
    '             ^',
    '    what was last good of this file keeps serving',
  ]);
  const warning: FileProblem = {
    ...problem,
    severity: 'warning',
    line: undefined,
    column: undefined,
    excerpt: '',
  };
  assert.deepEqual(fileProblemLines(at, warning, plain), ['12:01:02.123  shop.yaml  unclosed list']);
  assert.equal(fileRepairedLine(at, 'shop.yaml', plain), '12:01:02.123  shop.yaml  is fine again');
});

test('nothing of a user reaches the terminal as a control', () => {
  const evil = '\u001b[2J\u0007\r\n\u009b31m\u202e\u200b\u2028\ud800é→ok';
  const escaped = '\\u{1b}[2J\\u{7}\\u{d}\\u{a}\\u{9b}31m\\u{202e}\\u{200b}\\u{2028}\\u{d800}é→ok';
  assert.equal(escapeControl(evil), escaped);
  const bad = verdict(evil, 'invalid', [{ ...missing, message: evil, route: evil }]);
  const position = { line: undefined, column: undefined };
  const lines = [
    ...tableLines([bad], plain),
    hostLine(at, { host: evil, kind: 'added', envoys: 1, ms: 1 }, plain),
    ...verdictLines(at, bad.object, { before: undefined, after: bad }, plain),
    ...fileProblemLines(
      at,
      { ...position, severity: 'error', file: evil, message: evil, excerpt: evil },
      plain,
    ),
  ];
  for (const line of lines) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
});
