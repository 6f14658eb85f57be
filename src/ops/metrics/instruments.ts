// Counters, gauges and histograms whose series are known from the start: each label lists its values, every
// combination is there at zero (a rate over a series that appears with its first event misses that event), and a
// value that isn't listed counts as `other`, so that nobody outside can make up series.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The values of each label. List `other` where a value may come from outside; without it, values must be ours. */
export type LabelValues<Name extends string> = Readonly<Record<Name, readonly string[]>>;
type Labels<Name extends string> = Readonly<Record<Name, string>>;

export interface Metric<Name extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels: LabelValues<Name>;
}

export const other = 'other';

/** Adds `by` (default 1) to the series of these labels. */
export type Count<Name extends string> = (labels: Labels<Name>, by?: number) => void;

export function counter<Name extends string>(registry: Registry, metric: Metric<Name>): Count<Name> {
  const made = new Counter({ ...namesOf(metric), registers: [registry] });
  for (const labels of combinations(metric.labels)) made.inc(labels, 0);
  return (labels, by = 1) => made.inc(bounded(metric.labels, labels), by);
}

/** A counter whose value is kept elsewhere and asked for when it is scraped. */
export function readCounter(
  registry: Registry,
  metric: Omit<Metric<never>, 'labels'>,
  read: () => number,
): void {
  new Counter({
    ...metric,
    registers: [registry],
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

export interface Reading<Name extends string> {
  readonly labels: Labels<Name>;
  readonly value: number;
}

/** A gauge that is asked for when it is scraped: its series are the readings, those of the same labels add up. */
export function readGauge<Name extends string>(
  registry: Registry,
  metric: Metric<Name>,
  read: () => Iterable<Reading<Name>>,
): void {
  new Gauge({
    ...namesOf(metric),
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, value } of read()) this.inc(bounded(metric.labels, labels), value);
    },
  });
}

/** A gauge without labels. */
export const readNumber = (
  registry: Registry,
  metric: Omit<Metric<never>, 'labels'>,
  read: () => number,
): void => readGauge(registry, { ...metric, labels: {} }, () => [{ labels: {}, value: read() }]);

/** Takes milliseconds. */
export type Observe<Name extends string> = (labels: Labels<Name>, ms: number) => void;

/** A histogram of seconds; `buckets` are their upper bounds. */
export function durations<Name extends string>(
  registry: Registry,
  metric: Metric<Name> & { readonly buckets: readonly number[] },
): Observe<Name> {
  const made = new Histogram({
    ...namesOf(metric),
    buckets: [...metric.buckets],
    registers: [registry],
  });
  for (const labels of combinations(metric.labels)) made.zero(labels);
  return (labels, ms) => made.observe(bounded(metric.labels, labels), Math.max(0, ms) / 1_000);
}

function namesOf<Name extends string>({ name, help, labels }: Metric<Name>) {
  return { name, help, labelNames: namesIn(labels) };
}

/** The keys of a record, with their type. */
const namesIn = <Name extends string>(labels: LabelValues<Name>): Name[] => {
  const names: Name[] = [];
  for (const name in labels) names.push(name);
  return names;
};

/** Every combination of the labels' values; one empty one without labels. */
export function combinations<Name extends string>(
  labels: LabelValues<Name>,
): Partial<Record<Name, string>>[] {
  return namesIn(labels).reduce<Partial<Record<Name, string>>[]>(
    (all, name) => all.flatMap((one) => labels[name].map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

function bounded<Name extends string>(
  known: LabelValues<Name>,
  labels: Labels<Name>,
): Partial<Record<Name, string>> {
  const result: Partial<Record<Name, string>> = {};
  for (const name of namesIn(known)) result[name] = known[name].includes(labels[name]) ? labels[name] : other;
  return result;
}
