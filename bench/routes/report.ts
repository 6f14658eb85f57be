// The results as a Markdown table: a column for each control plane at each size, and ratios.
import { type Figure, figures, type Unit } from './figures.ts';
import type { Machine, Result, Results } from './result.ts';

interface Column {
  readonly title: string;
  cell(figure: Figure): string;
}

/** Ends with a line feed. */
export function markdown({ machine, results }: Results): string {
  const columns = columnsOf(results);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    `${summary(results)}. ${machineText(machine)}`,
    '',
    row(['', ...columns.map(({ title }) => title)]),
    row(['---', ...columns.map(() => '--:')]),
    ...figures.map((figure) => row([labelOf(figure), ...columns.map(({ cell }) => cell(figure))])),
  ];
  return `${lines.join('\n')}\n`;
}

function columnsOf(results: readonly Result[]): Column[] {
  const sizes = [...new Set(results.map(({ routes }) => routes))].sort((a, b) => a - b);
  const find = (implementation: Result['implementation'], routes: number) =>
    results.find((result) => result.implementation === implementation && result.routes === routes);
  const columns = sizes.flatMap((size) => {
    const [ours, peer] = [find('ours', size), find('peer', size)];
    return [
      ...plain(`ours, ${grouped(size)}`, ours),
      ...plain(`peer, ${grouped(size)}`, peer),
      ...ratio(`peer / ours, ${grouped(size)}`, peer, ours),
    ];
  });
  const [smallest = 0, largest = 0] = [sizes[0], sizes.at(-1)];
  if (smallest === largest) return columns;
  const growth = (['ours', 'peer'] as const).flatMap((name) =>
    ratio(`${name}, ${grouped(largest)} / ${grouped(smallest)}`, find(name, largest), find(name, smallest)),
  );
  return [...columns, ...growth];
}

function plain(title: string, result: Result | undefined): Column[] {
  if (result === undefined) return [];
  return [{ title, cell: (figure) => written(figure.of(result), figure.unit) }];
}

function ratio(title: string, above: Result | undefined, below: Result | undefined): Column[] {
  if (above === undefined || below === undefined) return [];
  return [{ title, cell: (figure) => quotient(figure.of(above), figure.of(below)) }];
}

/** Empty where a quotient says nothing: a figure is missing, or the lower one is zero. */
function quotient(above: number | undefined, below: number | undefined): string {
  if (above === undefined || below === undefined || below === 0) return '';
  return `${significant(above / below)} ×`;
}

function written(value: number | undefined, unit: Unit): string {
  if (value === undefined) return '';
  return unit === 'count' ? String(value) : `${significant(value)} ${unit}`;
}

/** Two to three digits that mean something: 0.42, 4.2, 42, 4,200. */
export function significant(value: number): string {
  if (value >= 20) return grouped(Math.round(value));
  return String(Number(value.toFixed(value < 1 ? 2 : 1)));
}

const labelOf = ({ label, unit }: Figure) =>
  isPerOperation(label, unit) ? `${label}, per operation` : label;

function isPerOperation(label: string, unit: Unit): boolean {
  return unit === 'ms' && label.includes('CPU');
}

const grouped = (value: number) => value.toLocaleString('en-US');

function summary(results: readonly Result[]): string {
  const [first] = results;
  const how = first?.tls ? 'TLS, a Secret for every host' : 'Plain HTTP';
  return `${how}; ${first?.operations ?? 0} operations of each kind`;
}

function machineText({ date, cores, cpu, memoryGiB, kernel, node, envoy }: Machine): string {
  return `${date.slice(0, 10)}: ${cores} cores (${cpu}), ${memoryGiB} GiB, Linux ${kernel}, Node ${node}, Envoy ${envoy}, one worker.`;
}
