// A status writer over an API server in memory, with time that passes when a test says so.
import { setImmediate as turn } from 'node:timers/promises';
import type { CurrentStatus, Reached, Verdict } from '../../dag/model.ts';
import { type ObjectKey, objectKey } from '../../dag/objects.ts';
import { type Problem, problems } from '../../dag/problems.ts';
import type { ObjectEvent, RawObject } from '../../store/events.ts';
import { type ManualClock, manualClock } from '../../testing/manual-clock.ts';
import { createStatusWriter, type StatusWriter, type StatusWriterOptions } from '../writer.ts';
import { FakeApi } from './fake-api.ts';

/** Promises and `soon` are through after a few turns of the event loop. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await turn();
}

/** `id`: `namespace/name`. */
export function keyOfRoute(id: string): ObjectKey {
  const [namespace = '', name = ''] = id.split('/');
  return objectKey('IngressRoute', namespace, name);
}

export const missing: Problem = problems.SecretMissing({ namespace: 'shop', name: 'cart' });

/** By the route `/` of the root `shop/root`, without TLS. */
export const reached = (...fqdns: readonly string[]): Reached[] =>
  fqdns.map((fqdn) => ({ fqdn, prefix: '/', root: 'shop/root', tls: false }));

/** With one problem, and orphaned, unless it is valid. */
export function verdict(
  id: string,
  generation: number | undefined,
  currentStatus: CurrentStatus = 'valid',
  more: Partial<Verdict> = {},
): Verdict {
  const found = { valid: [], invalid: [missing], orphaned: [problems.Orphaned()] }[currentStatus];
  const description = found[0]?.message ?? 'valid IngressRoute';
  const judged = { object: keyOfRoute(id), generation, uid: undefined };
  const reached = { reachedFrom: [], reachedFromCount: 0 };
  const counted = { problems: found, problemsCount: (more.problems ?? found).length };
  return { ...judged, currentStatus, description, ...counted, ...reached, ...more };
}

export interface World {
  readonly api: FakeApi;
  readonly clock: ManualClock;
  readonly writer: StatusWriter;
  /** What was logged as a warning, and what the observer was told, as `what argument argument`. */
  readonly warnings: string[];
  readonly told: string[];
  /** A user applies an object, and the writer sees it. */
  apply(id: string, spec?: RawObject): void;
  judge(...verdicts: readonly Verdict[]): void;
  /** Undefined: no longer ours. */
  dismiss(id: string): void;
  observe(type: ObjectEvent['type'], object: RawObject | undefined): void;
  end(): Promise<void>;
}

export interface WorldOptions
  extends Partial<Pick<StatusWriterOptions, 'concurrency' | 'random' | 'addressManager'>> {
  readonly api?: FakeApi;
  /** Default true. */
  readonly runs?: boolean;
}

export function createWorld({ api = new FakeApi(), runs = true, ...options }: WorldOptions = {}): World {
  const clock = manualClock();
  const warnings: string[] = [];
  const told: string[] = [];
  const tell =
    (what: string) =>
    (...facts: readonly unknown[]) =>
      void told.push([what, ...facts].join(' '));
  const writer = createStatusWriter({
    ...{ api, clock, random: () => 0, instance: 'contour-0' },
    log: { warn: (line) => warnings.push(line), debug() {} },
    observer: {
      written: tell('written'),
      unchanged: tell('unchanged'),
      conflict: tell('conflict'),
      failed: tell('failed'),
      event: tell('event'),
      eventDropped: tell('eventDropped'),
    },
    ...options,
  });
  const lifetime = new AbortController();
  const ended = runs ? writer.run(lifetime.signal) : Promise.resolve();
  const observe: World['observe'] = (type, object) => {
    if (object) writer.observe([{ type, object }]);
  };
  return {
    ...{ api, clock, writer, warnings, told, observe },
    apply: (id, spec = {}) => observe('applied', api.apply(id, spec)),
    judge: (...verdicts) => writer.verdicts(new Map(verdicts.map((one) => [one.object, one]))),
    dismiss: (id) => writer.verdicts(new Map([[keyOfRoute(id), undefined]])),
    async end() {
      lifetime.abort();
      await ended;
    },
  };
}
