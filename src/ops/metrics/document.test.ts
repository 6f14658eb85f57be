// docs/metrics.md and the registry say the same, and the alerts name what exists.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { createMetrics } from './index.ts';

const document = readFileSync(join(import.meta.dirname, '../../../docs/metrics.md'), 'utf8');
const exposed = await createMetrics({
  version: '1',
  xdsTypes: { cluster: 'url' },
  objects: () => [],
  virtualHosts: () => 0,
}).text();

/** `name type label,label`, sorted, of what is scraped. */
function scraped(): string[] {
  return [...exposed.matchAll(/^# TYPE (\w+) (\w+)\n(.*)$/gm)].map(([, name, type, series = '']) => {
    const labels = [...series.matchAll(/(\w+)="/g)].map(([, label]) => label);
    return `${name} ${type} ${labels
      .filter((label) => label !== 'le')
      .sort()
      .join()}`;
  });
}

test('every metric has a row with its type and labels, and every row a metric', () => {
  const rows = [...document.matchAll(/^\| `(\w+)` \| (\w+) \| (?:([\w, ]+) )?\|/gm)].map(
    ([, name, type, labels = '']) =>
      `${name} ${type} ${labels
        .split(', ')
        .map((label) => label.trim())
        .sort()
        .join()}`,
  );
  assert.deepEqual(rows.sort(), scraped().sort());
});

/** With the series of histograms. */
const names = new Map(
  scraped().flatMap((line): [string, string[]][] => {
    const [name = '', type, labels = ''] = line.split(' ');
    const own = labels.split(',');
    return type === 'histogram' ? [[`${name}_bucket`, [...own, 'le']]] : [[name, own]];
  }),
);

test('text and alerts name no metric that does not exist', () => {
  const named = document.match(/\b(contour|process|nodejs)_\w+/g) ?? [];
  const known = new Set([...names.keys(), ...scraped().map((line) => line.split(' ')[0])]);
  assert.deepEqual(
    named.filter((name) => !known.has(name)),
    [],
  );
});

const rules = z.object({
  spec: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            alert: z.string(),
            expr: z.string(),
            for: z.string().optional(),
            labels: z.object({ severity: z.enum(['critical', 'warning']) }),
            annotations: z.object({ summary: z.string(), remedy: z.string() }),
          }),
        ),
      }),
    ),
  }),
});

test('each alert reads series by labels that they have', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
  const alerts = rules.parse(parse(yaml)).spec.groups.flatMap((group) => group.rules);
  assert.ok(alerts.length >= 5);
  for (const { alert, expr, annotations } of alerts) {
    const read = expr.match(/\bcontour_\w+/g) ?? [];
    const has = new Set(
      read.flatMap((name) => names.get(name) ?? assert.fail(`${alert}: no series ${name}`)),
    );
    const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', '));
    const matched = [...expr.matchAll(/(\w+)[!=]~?"/g)].map(([, label]) => label);
    const shown = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    for (const label of [...grouped, ...matched, ...shown])
      assert.ok(has.has(label ?? ''), `${alert}: no label ${label}`);
    assert.ok(read.length > 0, alert);
  }
});
