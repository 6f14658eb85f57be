// A real Envoy and a control plane for it: objects go in, answers come out.
import assert from 'node:assert/strict';
import { bootstrapJson, defaultLimits } from '../../src/envoy/bootstrap.ts';
import { eventually } from '../../src/testing/deadline.ts';
import { type Ask, ask, echoOf } from '../../src/testing/http-client.ts';
import { freePorts } from '../../src/testing/ports.ts';
import { startRealEnvoy } from '../../src/testing/real-envoy.ts';
import { type Closers, closedOnFailure } from '../kit/closers.ts';
import { envoyPath } from '../kit/envoy-path.ts';
import type { Settings } from './claims.ts';
import { type Control, startControl } from './control.ts';
import type { Request } from './matcher.ts';
import { identityOf, type WorldObject } from './objects.ts';

/** An Envoy that serves what it is shown. */
export interface Stage {
  /**
   * Makes these all the objects that there are, and returns when Envoy serves everything that follows from it. Fails
   * if Envoy refuses anything.
   */
  show(world: readonly WorldObject[]): Promise<void>;
  /** Envoy's answer in the words of the matcher. */
  answer(request: Request): Promise<string>;
  close(): Promise<void>;
}

/** Starts without objects and returns when Envoy serves; what fails to start leaves nothing running. */
export const startStage = (settings: Settings): Promise<Stage> =>
  closedOnFailure((closers) => build(settings, closers));

async function build(settings: Settings, closers: Closers): Promise<Stage> {
  const [http = 0, https = 0, stats = 0] = await freePorts(3);
  const control = await startControl(settings, http, https);
  closers.add(control.stop);
  const xds = { address: '127.0.0.1', port: control.xds, tls: undefined };
  const envoy = await startRealEnvoy({
    path: envoyPath(),
    bootstrap: (adminSocket) =>
      bootstrapJson({
        ...{ nodeId: 'reference', nodeCluster: 'reference', xds, adminSocket, ...defaultLimits },
        stats: { address: '127.0.0.1', port: stats },
      }),
  });
  closers.add(envoy.stop);
  await envoy.live();
  const pass = barrier(control, http, settings.rootNamespaces[0] ?? 'a');
  let shown: readonly WorldObject[] = [];
  return {
    async show(world) {
      const kept = new Set(world.map(identityOf));
      const gone = shown.filter((object) => !kept.has(identityOf(object)));
      shown = world;
      control.apply([
        ...gone.map((object) => ({ type: 'deleted', object: { ...object } }) as const),
        ...world.map((object) => ({ type: 'applied', object: { ...object } }) as const),
      ]);
      await settled(control);
      await pass();
    },
    answer: ({ sni, ...request }) =>
      answerTo(sni === undefined ? { ...request, port: http } : { ...request, port: https, tls: { sni } }),
    close: closers.close,
  };
}

async function settled({ refusals, unsettled }: Control): Promise<void> {
  await eventually(() => refusals.length > 0 || assert.deepEqual(unsettled(), []), { every: 1 });
  assert.deepEqual(refusals, [], 'refused by Envoy');
}

/**
 * A worker of Envoy takes what was accepted a moment later, and in order. So it has all of that once it has a change
 * that came after: another path of a host of our own, which fails, and so answers 503 and not 404.
 */
function barrier(control: Control, port: number, namespace: string): () => Promise<void> {
  const fqdn = 'barrier.test';
  let turn = 0;
  return async () => {
    turn += 1;
    const path = `/${turn}`;
    const object = {
      apiVersion: 'contour.heptio.com/v1beta1',
      kind: 'IngressRoute',
      metadata: { namespace, name: 'barrier' },
      spec: { virtualhost: { fqdn }, routes: [{ match: path }] },
    };
    control.apply([{ type: 'applied', object }]);
    await eventually(async () => assert.equal(await answerTo({ host: fqdn, path, port }), '503'), {
      every: 1,
    });
    await settled(control);
  };
}

async function answerTo(request: Ask): Promise<string> {
  const answer = await ask(request).catch((error: unknown) => String(error));
  if (typeof answer === 'string') return /handshake failure/i.test(answer) ? 'refused' : answer;
  if (answer.status === 200) {
    const { backend, path } = echoOf(answer);
    return `${backend} ${path}`;
  }
  if (answer.status !== 301) return String(answer.status);
  const [, host = '', path = ''] = /^https:\/\/([^/]*)(.*)$/.exec(String(answer.headers.location)) ?? [];
  return `301 https://${host.toLowerCase()}${path}`;
}
