// The table and the plot say what the results hold.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { plot } from './plot.ts';
import { markdown, significant } from './report.ts';
import { logScale, tickAround } from './scale.ts';
import { quantile } from './statistics.ts';
import { machine, resultOf } from './testing/results.ts';

describe('quantiles', () => {
  const cases = [
    { samples: [], share: 0.5, expected: undefined },
    { samples: [7], share: 0.5, expected: 7 },
    { samples: [3, 1, 2], share: 0.5, expected: 2 },
    { samples: [4, 1, 3, 2], share: 0.5, expected: 2 },
    { samples: [10, 9, 100], share: 1, expected: 100 },
    { samples: [10, 9, 100], share: 0, expected: 9 },
  ];
  for (const { samples, share, expected } of cases)
    test(`${share} of [${samples}]`, () => assert.equal(quantile(samples, share), expected));
});

describe('the table', () => {
  const results = [
    resultOf('peer', { routes: 1000, served: 100 }),
    resultOf('ours', { routes: 1000, served: 4 }),
    resultOf('peer', { routes: 5000, served: 500 }),
    resultOf('ours', { routes: 5000, served: 5 }),
  ];
  const rows = new Map(
    markdown({ machine, results })
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, label = '', ...cells]) => [label, cells.slice(0, -1)]),
  );
  test('has a column for each run, the ratios at each size, and the growth', () => {
    assert.deepEqual(rows.get(''), [
      ...['ours, 1,000', 'peer, 1,000', 'peer / ours, 1,000'],
      ...['ours, 5,000', 'peer, 5,000', 'peer / ours, 5,000'],
      ...['ours, 5,000 / 1,000', 'peer, 5,000 / 1,000'],
    ]);
  });
  test('has medians, ratios and growth in their columns', () => {
    const expected = ['8 ms', '200 ms', '25 ×', '10 ms', '1,000 ms', '100 ×', '1.3 ×', '5 ×'];
    assert.deepEqual(rows.get('add: served, p50'), expected);
  });
  test('has the CPU time of an operation, typical and mean', () => {
    assert.equal(rows.get('add: CPU of the control plane, p50, per operation')?.[0], '8 ms');
    assert.equal(rows.get('add: CPU of the control plane, mean, per operation')?.[0], '16 ms');
  });
  test('has no ratio to zero', () => {
    const expected = ['0 ms', '0 ms', '', '0 ms', '0 ms', '', '', ''];
    assert.deepEqual(rows.get('add: CPU of Envoy, mean, per operation'), expected);
  });
  test('has the sum of unexpected answers', () => {
    assert.equal(rows.get('delete: unexpected answers')?.[0], '3');
  });
  test('of one size without a peer has one column', () => {
    const [only] = results.slice(1);
    const text = markdown({ machine, results: only === undefined ? [] : [only] });
    assert.match(text, /^\| {2}\| ours, 1,000 \|$/m);
  });
});

describe('numbers', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [0.4242, '0.42'],
    [4.25, '4.3'],
    [19.96, '20'],
    [42.4, '42'],
    [4200.4, '4,200'],
  ];
  for (const [value, text] of cases) test(`${value}`, () => assert.equal(significant(value), text));
});

describe('the plot', () => {
  const results = [
    resultOf('peer', { routes: 1000, served: 100 }),
    resultOf('ours', { routes: 1000, served: 4 }),
    resultOf('peer', { routes: 5000, served: 500 }),
  ];
  const svg = plot(results);
  // Envoy's CPU time is zero in all of them, which a logarithmic axis doesn't have.
  test('has a line for each control plane in each panel with values', () => {
    assert.equal(svg.match(/<polyline [^>]*class="line ours"/g)?.length, 3);
    assert.equal(svg.match(/<polyline [^>]*class="line peer"/g)?.length, 3);
  });
  test('has a point for each value above zero', () => {
    assert.equal(svg.match(/class="ours-point"/g)?.length, 3);
    assert.equal(svg.match(/class="peer-point"/g)?.length, 6);
  });
  test('keeps every point within its panel', () => {
    const points = [...svg.matchAll(/<circle cx="([\d.-]+)" cy="([\d.-]+)"/g)];
    for (const [, x, y] of points) {
      assert.ok(Number(x) >= 56 && Number(x) <= 360, x);
      assert.ok(Number(y) >= 40 && Number(y) <= 216, y);
    }
  });
  test('shows no peer that did not run', () => {
    assert.doesNotMatch(plot(results.slice(1, 2)), />peer<|="line peer"/);
  });
  test('of nothing is still a document', () => assert.match(plot([]), /^<svg .*<\/svg>\n$/s));
});

describe('a logarithmic axis', () => {
  const scale = logScale({ low: 1, high: 100, start: 0, end: 200 });
  test('maps powers evenly', () => assert.deepEqual([1, 10, 100].map(scale.at), [0, 100, 200]));
  test('has lines at 1, 2 and 5', () => assert.deepEqual(scale.ticks, [1, 2, 5, 10, 20, 50, 100]));
  test('maps a single value to the middle', () => {
    assert.equal(logScale({ low: 5, high: 5, start: 0, end: 10 }).at(5), 5);
  });
  test('ends at ticks', () => {
    assert.deepEqual([tickAround(3, 'below'), tickAround(3, 'above')], [2, 5]);
    assert.deepEqual([tickAround(70, 'below'), tickAround(70, 'above')], [50, 100]);
    assert.deepEqual([tickAround(50, 'below'), tickAround(50, 'above')], [50, 50]);
  });
});
