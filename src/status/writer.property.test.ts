// Whatever happens, and in any order: in the end the statuses are the last verdicts, and few writes made them so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CurrentStatus, Verdict } from '../dag/model.ts';
import { resources } from '../kube/resources.ts';
import type { ObjectEvent } from '../store/events.ts';
import { ownStatus } from './status.ts';
import { failure } from './testing/fake-api.ts';
import { createWorld, keyOfRoute, reached, settled, verdict, type World } from './testing/world.ts';
import { fingerprint, isSameFingerprint, writtenStatus } from './written.ts';

const ids = ['a/x', 'a/y', 'b/x', 'b/y'] as const;
const states = ['valid', 'invalid', 'orphaned'] as const;
const codes = [0, 409, 429, 500, 503, 401, 403] as const;

const id = fc.constantFrom(...ids);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('edit' as const), id, spec: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('others write' as const), id }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('deliver' as const), events: fc.nat(4) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('judge' as const),
      id,
      state: fc.constantFrom(...states),
      hosts: fc.nat(2),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 5, 400, 60_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      code: fc.constantFrom(...codes),
      times: fc.nat(6),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Condition {
  readonly type: string;
}

/** The cluster tells what happened later, in order; verdicts are about what was told. */
class History {
  readonly world: World = createWorld({ concurrency: 2 });
  readonly #undelivered: ObjectEvent[] = [];
  readonly #generations = new Map<string, number>();
  readonly verdicts = new Map<string, Verdict>();
  /** Objects, by uid, with a condition of another controller. */
  readonly #ready = new Set<string>();
  /** Things that may each cause a write. */
  causes = 0;

  constructor() {
    const { api } = this.world;
    api.changed = (object, type) => this.#undelivered.push({ type, object });
  }

  async happen(step: Step): Promise<void> {
    const { api, clock } = this.world;
    if (step.kind === 'edit') api.apply(step.id, { spec: step.spec });
    if (step.kind === 'delete') api.delete(step.id);
    if (step.kind === 'others write') await this.#othersWrite(step.id);
    if (step.kind === 'deliver') this.deliver(step.events);
    if (step.kind === 'judge') this.judge(step.id, step.state, step.hosts);
    if (step.kind === 'pass') {
      await settled();
      clock.advance(step.ms);
    }
    if (step.kind === 'fail') {
      let left = step.times;
      api.fault = () => (left-- > 0 ? failure(step.code, step.code === 503 ? 50 : undefined) : undefined);
    }
  }

  /** A condition of another controller, which must survive; it is polite and gives up on a conflict. */
  async #othersWrite(id: string): Promise<void> {
    const { api } = this.world;
    const { status } = api.objects.get(id) ?? {};
    if (!api.objects.has(id)) return;
    const { fault } = api;
    api.fault = () => undefined;
    const others = (Object(status).conditions ?? []).filter(({ type }: Condition) => type !== 'Ready');
    const [namespace = '', name = ''] = id.split('/');
    const patch = {
      metadata: { resourceVersion: api.metadata(id).resourceVersion },
      status: { conditions: [{ type: 'Ready', status: 'True' }, ...others] },
    };
    const signal = new AbortController().signal;
    const written = api.patchStatus(resources.ingressRoutes, { namespace, name }, patch, signal);
    await written.then(
      () => this.#ready.add(String(api.metadata(id).uid)),
      () => {},
    );
    api.fault = fault;
  }

  /** Whether the condition of another controller is where it was written. */
  othersAreThere(id: string): boolean {
    const { api } = this.world;
    const conditions: readonly Condition[] = Object(api.status(id)).conditions ?? [];
    return conditions.some(({ type }) => type === 'Ready') === this.#ready.has(String(api.metadata(id).uid));
  }

  deliver(count: number): void {
    for (const event of this.#undelivered.splice(0, count)) {
      const { namespace, name, generation } = Object(event.object.metadata);
      const id = `${namespace}/${name}`;
      this.world.writer.observe([event]);
      const before = this.#generations.get(id);
      if (event.type === 'deleted') {
        this.#generations.delete(id);
        this.verdicts.delete(id);
        this.world.dismiss(id);
        continue;
      }
      this.#generations.set(id, generation);
      if (before !== generation) {
        const { currentStatus = 'valid', reachedFromCount = 0 } = this.verdicts.get(id) ?? {};
        this.judge(id, currentStatus, reachedFromCount);
        this.causes++;
      }
    }
  }

  /** `hosts`: from so many it is reached. */
  judge(id: string, state: CurrentStatus, hosts: number): void {
    const generation = this.#generations.get(id);
    if (generation === undefined) return;
    const reachedFrom = reached(...['a.com', 'b.com'].slice(0, hosts));
    const next = verdict(id, generation, state, { reachedFrom, reachedFromCount: hosts });
    const before = this.verdicts.get(id);
    if (before && isSameFingerprint(fingerprint(ownStatus(before)), fingerprint(ownStatus(next)))) return;
    this.causes++;
    this.verdicts.set(id, next);
    this.world.judge(next);
  }

  async end(): Promise<void> {
    const { api, clock } = this.world;
    api.fault = () => undefined;
    this.deliver(Number.POSITIVE_INFINITY);
    for (let i = 0; i < 4; i++) {
      await settled();
      this.deliver(Number.POSITIVE_INFINITY);
      clock.advance(100_000);
    }
    await settled();
  }
}

test('in the end the statuses of the cluster are the last verdicts, and equal ones wrote nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const history = new History();
      for (const one of steps) await history.happen(one);
      await history.end();
      const { api, told } = history.world;
      for (const one of api.objects.keys()) {
        const last = history.verdicts.get(one);
        assert.ok(last, `no verdict on ${keyOfRoute(one)}`);
        assert.deepEqual(writtenStatus(api.status(one))?.fingerprint, fingerprint(ownStatus(last)));
        assert.ok(history.othersAreThere(one), `conditions of others on ${one}`);
      }
      const written = told.filter((line) => line.startsWith('written')).length;
      assert.ok(written <= history.causes, `${written} writes for ${history.causes} verdicts`);
      api.calls.length = 0;
      history.world.judge(...history.verdicts.values());
      await history.end();
      assert.deepEqual(api.calls, [], 'equal verdicts ask for nothing');
      await history.world.end();
    }),
    { numRuns: 150 },
  );
});
