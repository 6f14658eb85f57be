// Cost against size as SVG: a panel for each figure, both axes logarithmic, readable on light and on dark ground.
import { type Figure, plotted } from './figures.ts';
import { significant } from './report.ts';
import type { Result } from './result.ts';
import { logScale, type Scale, tickAround } from './scale.ts';
import { element, label } from './svg.ts';

const panel = { width: 380, height: 260, left: 56, right: 20, top: 40, bottom: 44 };
/** Room for the labels of the first and the last point. */
const inset = 28;
const columns = 2;
const header = 40;

/** The ground is drawn, since the page around may have another scheme than the reader's system. */
const style = `
.ground { fill: #fff; }
text { font: 12px system-ui, sans-serif; fill: #333; }
.title { font-weight: 600; font-size: 13px; }
.grid { stroke: #ddd; stroke-width: 1; }
.line { fill: none; stroke-width: 2; }
.ours { stroke: #1f78d1; } .peer { stroke: #e0662f; stroke-dasharray: 6 4; }
.ours-point { fill: #1f78d1; } .peer-point { fill: #e0662f; }
@media (prefers-color-scheme: dark) { .ground { fill: #181818; } text { fill: #ddd; } .grid { stroke: #444; } }
`;

const names = ['ours', 'peer'] as const;
const title = 'Cost of a change against the number of routes';

interface Point {
  readonly routes: number;
  readonly value: number;
}

/** One SVG document. Figures that are zero or missing have no point, since the axes have no zero. */
export function plot(results: readonly Result[]): string {
  const rows = Math.ceil(plotted.length / columns);
  const [width, height] = [columns * panel.width, header + rows * panel.height];
  const panels = plotted.map((figure, index) => {
    const [x, y] = [(index % columns) * panel.width, header + Math.floor(index / columns) * panel.height];
    return element('g', { transform: `translate(${x} ${y})` }, panelOf(figure, results));
  });
  const shown = names.filter((name) => results.some(({ implementation }) => implementation === name));
  return `${element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` },
    [
      element('title', {}, title),
      element('style', {}, style),
      element('rect', { width, height, class: 'ground' }),
      ...shown.map(legend),
      ...panels,
    ].join('\n'),
  )}\n`;
}

function legend(name: (typeof names)[number], index: number): string {
  const x = panel.left + index * 120;
  return (
    element('line', { x1: x, x2: x + 28, y1: 20, y2: 20, class: `line ${name}` }) +
    label(name, { x: x + 36, y: 24 })
  );
}

function panelOf(figure: Figure, results: readonly Result[]): string {
  const series = names.map((name) => ({ name, points: pointsOf(figure, results, name) }));
  const all = series.flatMap(({ points }) => points);
  const title = label(`${figure.label} (${figure.unit})`, { x: panel.left, y: 22, class: 'title' });
  if (all.length === 0) return title;
  const sizes = all.map(({ routes }) => routes);
  const values = all.map(({ value }) => value);
  const x = logScale({
    low: Math.min(...sizes),
    high: Math.max(...sizes),
    start: panel.left + inset,
    end: panel.width - panel.right - inset,
  });
  const y = logScale({
    low: tickAround(Math.min(...values), 'below'),
    high: tickAround(Math.max(...values) * 1.1, 'above'),
    start: panel.height - panel.bottom,
    end: panel.top,
  });
  const drawn = series.filter(({ points }) => points.length > 0);
  const lines = drawn.map(({ name, points }) => line(name, points, { x, y }));
  return [title, ...grid(x, y, [...new Set(sizes)]), ...lines].join('\n');
}

function pointsOf(figure: Figure, results: readonly Result[], name: Result['implementation']): Point[] {
  return results
    .filter(({ implementation }) => implementation === name)
    .map((result) => ({ routes: result.routes, value: figure.of(result) ?? 0 }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => a.routes - b.routes);
}

function grid(x: Scale, y: Scale, sizes: readonly number[]): string[] {
  const [left, right] = [panel.left, panel.width - panel.right];
  const bottom = panel.height - panel.bottom;
  const across = y.ticks.flatMap((value) => [
    element('line', { x1: left, x2: right, y1: y.at(value), y2: y.at(value), class: 'grid' }),
    label(significant(value), { x: left - 8, y: y.at(value) + 4, 'text-anchor': 'end' }),
  ]);
  const upright = sizes.map((size) =>
    label(significant(size), { x: x.at(size), y: bottom + 18, 'text-anchor': 'middle' }),
  );
  const unit = label('routes', { x: (left + right) / 2, y: bottom + 34, 'text-anchor': 'middle' });
  return [...across, ...upright, unit];
}

function line(
  name: (typeof names)[number],
  points: readonly Point[],
  { x, y }: { readonly x: Scale; readonly y: Scale },
): string {
  const at = points.map(({ routes, value }) => ({ x: x.at(routes), y: y.at(value), value }));
  const path = at.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ');
  const dots = at.flatMap((point) => [
    element('circle', { cx: point.x, cy: point.y, r: 3.5, class: `${name}-point` }),
    label(significant(point.value), { x: point.x, y: point.y - 8, 'text-anchor': 'middle' }),
  ]);
  return [element('polyline', { points: path, class: `line ${name}` }), ...dots].join('\n');
}
