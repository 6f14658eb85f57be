// What docs/envoy.md says about a line of the log is what Envoy is told to write.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { serveFlags } from '../../src/config/flags.ts';
import { requestLine } from '../../src/envoy/access-log.ts';
import { defaultLimits } from '../../src/envoy/bootstrap.ts';
import { blockOf, fieldsOf } from './log-line.ts';

const page = await readFile(join(import.meta.dirname, '../../docs/envoy.md'), 'utf8');

test('the format is the one in use', async () => {
  assert.equal(`${await blockOf('format')}\n`, requestLine);
});

test('every column of the pattern is explained, in its order, by the value of the example', async () => {
  const [fields = {}] = await fieldsOf(`${await blockOf('example')}\n`);
  const table = page.slice(page.indexOf('| Column |'), page.indexOf('A connection of `tcpproxy`'));
  const rows = [...table.matchAll(/^\| ([\w, ]+) \| `([^`]+)` \|/gm)];
  const names = rows.flatMap(([, columns = '']) => columns.split(', '));
  assert.deepEqual(names, Object.keys(fields));
  for (const [, columns = '', value = ''] of rows) {
    const whole = columns.split(', ').map((name) => fields[name]);
    assert.ok(whole.join(' ').startsWith(value.replace('…', '')), `${columns}: ${whole}`);
  }
});

test('flags and limits that it names exist, with these values', () => {
  for (const [, name = ''] of page.matchAll(/`--([a-z-]+)[`=]/g))
    assert.ok(name in serveFlags || name === 'admin-address', name);
  assert.ok(page.includes(defaultLimits.maxConnections.toLocaleString('en')));
});
