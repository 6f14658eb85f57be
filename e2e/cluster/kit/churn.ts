// Routes that are created, edited and deleted through the API without end, each followed by a client that tolerates
// nothing but 404 before its first 200, and 200 from then on.
import { eventually, wait } from '../../../src/testing/deadline.ts';
import { outcome } from '../../kit/entrance.ts';
import type { Manifest } from '../../kit/manifests.ts';
import { ingressRoute } from './manifests.ts';
import type { ClusterWorld } from './world.ts';

export interface Churn {
  /** How many changes Envoy has served. */
  served(): number;
  /** What a client should not have seen, a line each. */
  readonly mistakes: readonly string[];
  /** Ends after the changes that are under way. */
  stop(): Promise<void>;
}

export interface ChurnOptions {
  /** Where the Services `one` and `two` are. */
  readonly namespace: string;
  /** Routes that change at the same time. */
  readonly workers: number;
}

/** Between two requests of a client, in milliseconds. */
const pauseMs = 50;
/** Every so many routes one stays, with a Service that is missing, so that there are statuses of all sorts. */
const staysEvery = 4;

export function startChurn(world: ClusterWorld, { namespace, workers }: ChurnOptions): Churn {
  const { objects } = world.cluster;
  const mistakes: string[] = [];
  let going = true;
  let served = 0;
  let routes = 0;
  const route = (number: number, to: string): Manifest =>
    ingressRoute(`${namespace}/churn-${number}`, { '/': { service: to } }, { fqdn: `churn-${number}.test` });
  /** A route from its creation to its end. */
  const live = async (number: number) => {
    await objects.apply(route(number, 'one'));
    const client = follow(world, `churn-${number}.test`, mistakes);
    await client.sees('one');
    served++;
    await objects.apply(route(number, 'two'));
    await client.sees('two');
    served++;
    await client.stop();
    if (number % staysEvery === 0) await objects.apply(route(number, 'missing'));
    else await objects.remove(route(number, 'two'));
  };
  const worker = async () => {
    while (going) await live(++routes);
  };
  const all = Promise.all(Array.from({ length: workers }, worker));
  all.catch((error) => mistakes.push(String(error)));
  return {
    served: () => served,
    mistakes,
    async stop() {
      going = false;
      await all;
    },
  };
}

function follow({ ask }: ClusterWorld, host: string, mistakes: string[]) {
  let last: string | number = 404;
  let going = true;
  const requests = async () => {
    for (; going; await wait(pauseMs)) {
      const now = await ask({ host }).then(outcome, String);
      const allowed = now === 'one' || now === 'two' || (now === 404 && last === 404);
      if (!allowed) mistakes.push(`${host}: ${now} after ${last}`);
      last = now;
    }
  };
  const done = requests();
  return {
    sees: (expected: string) =>
      eventually(
        () => {
          if (last !== expected) throw new Error(`${host} answers ${last}, not ${expected}`);
        },
        { within: 60_000 },
      ),
    async stop() {
      going = false;
      await done;
    },
  };
}
