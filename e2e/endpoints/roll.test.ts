// Rolling updates as a cluster makes them, under constant load: every request is answered 200.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../src/testing/deadline.ts';
import { ask } from '../../src/testing/http-client.ts';
import { type Load, startLoad } from '../../src/testing/load.ts';
import { freePorts } from '../../src/testing/ports.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { root, routeTo } from '../routes/kit.ts';
import { at, draining, type Pod, ready, serviceOf, sliceOf, starting, startPod } from './kit.ts';

const replicas = 12;
const slices = 3;
let world: InProcess;
let port: number;
const running = new Set<Pod>();

before(async () => {
  [port = 0] = await freePorts(1);
  world = await startInProcess([]);
});
after(async () => {
  await world?.close();
  await Promise.all([...running].map((pod) => pod.close()));
});

/** A Service whose pods have addresses of their own and one port; endpoints are spread over slices by address. */
class Deployment {
  readonly #name: string;
  readonly #subnet: number;
  readonly #endpoints = new Map<number, object>();

  constructor(name: string, subnet: number) {
    this.#name = name;
    this.#subnet = subnet;
    world.apply(
      serviceOf(name, [{ name: 'http', port: 80, targetPort: port }]),
      root(name, `${name}.test`, [routeTo('/', name)]),
    );
  }

  address(index: number): string {
    return `127.0.${this.#subnet}.${index + 1}`;
  }

  async start(index: number): Promise<Pod> {
    const pod = await startPod(this.address(index), port);
    running.add(pod);
    return pod;
  }

  /** One slice event. Undefined: the endpoint is gone. */
  say(index: number, conditions: object | undefined): void {
    if (conditions) this.#endpoints.set(index, conditions);
    else this.#endpoints.delete(index);
    const number = index % slices;
    const own = [...this.#endpoints].filter(([other]) => other % slices === number);
    world.apply(
      sliceOf({
        name: `${this.#name}-${number}`,
        ports: [{ name: 'http', port, protocol: 'TCP' }],
        endpoints: own.map(([other, said]) => at(this.address(other), said)),
      }),
    );
  }

  /** Begins as soon as the Service is served. */
  async load(): Promise<Load> {
    const request = { port: world.port, host: `${this.#name}.test`, path: '/' };
    await eventually(async () => assert.equal((await ask(request)).status, 200));
    return startLoad({ ...request, connections: 4 });
  }
}

const answered = (load: Load): number => [...load.outcomes.values()].reduce((sum, count) => sum + count, 0);

/** Waits for so many answers, none of them by this pod, to which Envoy has no connection any more. */
async function left(pod: Pod, load: Load): Promise<void> {
  let [start, got] = [answered(load), pod.requests()];
  await eventually(async () => {
    if (pod.requests() > got || (await pod.connections()) > 0)
      [start, got] = [answered(load), pod.requests()];
    assert.ok(answered(load) >= start + 3 * replicas, `${pod.address} still has connections or requests`);
  });
}

async function end(pod: Pod): Promise<void> {
  await pod.close();
  running.delete(pod);
}

test(`${replicas} pods are replaced one after another`, async (t) => {
  const deployment = new Deployment('roll', 1);
  const old: Pod[] = [];
  for (let index = 0; index < replicas; index++) {
    old.push(await deployment.start(index));
    deployment.say(index, ready);
  }
  const load = await deployment.load();
  t.after(load.stop);
  await eventually(() => assert.ok(old.every((pod) => pod.requests() > 0)));
  const next: Pod[] = [];
  for (const [index, pod] of old.entries()) {
    deployment.say(replicas + index, starting);
    next.push(await deployment.start(replicas + index));
    deployment.say(replicas + index, ready);
    deployment.say(index, draining);
    await left(pod, load);
    deployment.say(index, undefined);
    await end(pod);
  }
  await eventually(() => assert.ok(next.every((pod) => pod.requests() > 0)));
  assert.deepEqual([...(await load.stop()).keys()], ['200']);
});

test('the only pod is told to end before its successor is ready', async (t) => {
  const deployment = new Deployment('single', 2);
  let pod = await deployment.start(0);
  deployment.say(0, ready);
  const load = await deployment.load();
  t.after(load.stop);
  await eventually(() => assert.ok(pod.requests() > 0));
  for (let turn = 1; turn <= 5; turn++) {
    deployment.say(turn, starting);
    deployment.say(turn - 1, draining);
    const before = pod.requests();
    await eventually(() => assert.ok(pod.requests() > before + replicas, 'it goes on to serve'));
    const next = await deployment.start(turn);
    deployment.say(turn, ready);
    await left(pod, load);
    deployment.say(turn - 1, undefined);
    await end(pod);
    assert.ok(next.requests() > 0);
    pod = next;
  }
  assert.deepEqual([...(await load.stop()).keys()], ['200']);
});
