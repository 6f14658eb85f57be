// Whatever happens, and in any order: in the end ours show the addresses, nobody else loses any, and few writes made it so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Address } from '../kube/addresses/address.ts';
import type { ObjectEvent } from '../store/events.ts';
import { failure } from './testing/fake-api.ts';
import { a, b, createIngressWorld, type IngressWorld, keyOfIngress } from './testing/ingress-world.ts';
import { settled } from './testing/world.ts';

const ids = ['a/x', 'a/y', 'b/x'] as const;
const theirs: Address = { ip: '198.51.100.1' };
const lists: readonly (readonly Address[])[] = [[a], [b], [a, b], []];

const id = fc.constantFrom(...ids);
const step = fc.oneof(
  fc.record({ kind: fc.constant('edit' as const), id, spec: fc.nat(3) }),
  fc.record({ kind: fc.constant('delete' as const), id }),
  fc.record({ kind: fc.constant('judge' as const), id, isOurs: fc.boolean() }),
  fc.record({
    kind: fc.constant('others write' as const),
    id,
    addresses: fc.constantFrom([theirs], [a], null),
  }),
  fc.record({ kind: fc.constant('show' as const), list: fc.constantFrom(...lists) }),
  fc.record({ kind: fc.constant('deliver' as const), events: fc.nat(4) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 400, 1_000, 20_000) }),
  fc.record({
    kind: fc.constant('fail' as const),
    code: fc.constantFrom(0, 403, 409, 429, 500, 503),
    times: fc.nat(4),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class History {
  readonly world: IngressWorld = createIngressWorld({ concurrency: 2 });
  readonly #undelivered: ObjectEvent[] = [];
  /** An object is judged when the writer has seen it, as in the pipeline. */
  readonly #seen = new Set<string>();
  readonly ours = new Set<string>();
  list: readonly Address[] = [];
  causes = 0;

  constructor() {
    const { api } = this.world;
    api.changed = (object, type) => {
      this.#undelivered.push({ type, object });
    };
  }

  async happen(step: Step): Promise<void> {
    const { api, clock } = this.world;
    if (step.kind === 'edit') this.#edit(step.id, step.spec);
    if (step.kind === 'delete') api.delete(step.id);
    if (step.kind === 'judge') this.#judge(step.id, step.isOurs);
    if (step.kind === 'others write') await this.#othersWrite(step.id, step.addresses);
    if (step.kind === 'deliver') this.#deliver(step.events);
    if (step.kind === 'show') {
      this.list = step.list;
      this.causes += ids.length;
      await this.world.show(...step.list);
    }
    if (step.kind === 'pass') {
      await settled();
      clock.advance(step.ms);
    }
    if (step.kind === 'fail') {
      let left = step.times;
      api.fault = () => (left-- > 0 ? failure(step.code, step.code === 503 ? 50 : undefined) : undefined);
    }
  }

  #edit(id: string, spec: number): void {
    const identity = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };
    this.world.api.apply(id, { spec }, identity);
    this.causes++;
  }

  #judge(id: string, isOurs: boolean): void {
    if (isOurs === this.ours.has(id) || !this.#seen.has(id)) return;
    this.causes++;
    if (isOurs) this.ours.add(id);
    else this.ours.delete(id);
    if (isOurs) this.world.ours(id);
    else this.world.notOurs(id);
  }

  async #othersWrite(id: string, addresses: readonly Address[] | null): Promise<void> {
    const { api } = this.world;
    if (!api.objects.has(id)) return;
    const { fault } = api;
    api.fault = () => undefined;
    this.causes += 2;
    await this.world.othersWrite(id, addresses);
    api.fault = fault;
  }

  #deliver(count: number): void {
    for (const event of this.#undelivered.splice(0, count)) {
      const { namespace, name } = Object(event.object.metadata);
      const id = `${namespace}/${name}`;
      this.world.writer.observe([event]);
      if (event.type === 'applied') this.#seen.add(id);
      else {
        this.#judge(id, false);
        this.#seen.delete(id);
      }
    }
  }

  /** Who wrote the addresses of the Ingress last. */
  managerOf(id: string): unknown {
    const fields: unknown = this.world.api.metadata(id).managedFields;
    return Array.isArray(fields) ? fields[0]?.manager : undefined;
  }

  async end(): Promise<void> {
    const { api, clock, writer } = this.world;
    api.fault = () => undefined;
    // The first verdict may not have come.
    writer.verdicts(new Map([[keyOfIngress('none/none'), undefined]]));
    writer.addresses(this.list);
    for (let i = 0; i < 8; i++) {
      this.#deliver(Number.POSITIVE_INFINITY);
      await settled();
      clock.advance(100_000);
    }
    await settled();
  }
}

test('ours show the addresses, others keep theirs, and equal ones write nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const history = new History();
      for (const one of steps) await history.happen(one);
      await history.end();
      const { world, list } = history;
      for (const one of world.api.objects.keys()) {
        const isOurs = history.ours.has(one);
        if (isOurs && list.length > 0) assert.deepEqual(world.shown(one), list);
        else if (world.shown(one) !== undefined) assert.equal(history.managerOf(one), 'somebody', one);
      }
      const written = world.told.filter((line) => line.startsWith('written')).length;
      assert.ok(written <= history.causes, `${written} writes for ${history.causes} causes`);
      world.requests();
      await history.end();
      assert.equal(world.requests(), 0, 'equal addresses ask for nothing');
      await world.end();
    }),
    { numRuns: 150 },
  );
});

test('an Ingress that never was ours keeps whatever others wrote', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const history = new History();
      let last: unknown;
      history.world.api.apply('their/own', {}, { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' });
      for (const one of steps) {
        await history.happen(one);
        if (one.kind !== 'others write') continue;
        await history.happen({ ...one, id: 'their/own' as 'a/x' });
        last = one.addresses ?? undefined;
      }
      await history.end();
      assert.deepEqual(history.world.shown('their/own'), last);
      await history.world.end();
    }),
    { numRuns: 50 },
  );
});
