// A cluster, `contour serve` on it, a real Envoy and two echo backends: everything between a user's kubectl and the
// answer to a request, with real parts.
import assert from 'node:assert/strict';
import { type Backend, startBackend } from '../../../src/testing/backends.ts';
import { eventually } from '../../../src/testing/deadline.ts';
import { ask } from '../../../src/testing/http-client.ts';
import { type Closers, closedOnFailure } from '../../kit/closers.ts';
import { type Contour, choosePorts, healthFlags, type Ports, startContour } from '../../kit/contour.ts';
import { type Entrance, openEntrance } from '../../kit/entrance.ts';
import { type Manifest, service } from '../../kit/manifests.ts';
import { testAddress } from './address.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { within } from './manifests.ts';

export interface ClusterWorld extends Entrance {
  readonly cluster: Cluster;
  readonly ports: Ports;
  /** Backends of the Services `one` and `two` of every namespace. */
  readonly one: Backend;
  readonly two: Backend;
  /** The one that runs now. */
  contour(): Contour;
  /** Makes namespaces with the Services `one` and `two`. */
  tenants(...namespaces: readonly string[]): Promise<void>;
  /** Waits until the status of an IngressRoute, given as `namespace/name`, is this one for its newest generation. */
  status(object: string, expected: 'valid' | 'invalid' | 'orphaned'): Promise<void>;
  /** A page of the health server: `/readyz`. */
  health(path: string): Promise<Page>;
  /** Waits until contour is ready; after a minute fails with what it said. */
  ready(): Promise<void>;
  /** Ends contour with the signal, if it runs, and starts another one on the same ports; returns at once then. */
  restartContour(options?: Restart): Promise<void>;
  close(): Promise<void>;
}

export interface Page {
  readonly status: number;
  readonly body: string;
}

export interface Restart {
  /** Default SIGTERM. */
  readonly signal?: NodeJS.Signals;
  /** Default: as at the start. */
  readonly flags?: readonly string[];
}

export interface ClusterWorldOptions {
  /** Default: one of its own, which ends with the world. */
  readonly cluster?: Cluster;
  /** Path of contour's kubeconfig file; default: that of the user `contour`. */
  readonly kubeconfig?: string;
  readonly flags?: readonly string[];
  /** Namespaces with the Services `one` and `two`, there before contour. */
  readonly tenants?: readonly string[];
  /** Other objects that are there before contour. */
  readonly objects?: readonly Manifest[];
  /** To return at once, without waiting until contour is ready and Envoy serves. */
  readonly atOnce?: boolean;
}

/** Starts everything and returns when contour is ready and Envoy serves; what fails to start leaves nothing running. */
export const startClusterWorld = (options: ClusterWorldOptions = {}): Promise<ClusterWorld> =>
  closedOnFailure((closers) => build(options, closers));

async function build(options: ClusterWorldOptions, closers: Closers): Promise<ClusterWorld> {
  const cluster = options.cluster ?? (await startCluster());
  if (options.cluster === undefined) closers.add(cluster.close);
  const address = testAddress();
  const [one, two, ports] = await Promise.all([
    startBackend('one', address),
    startBackend('two', address),
    choosePorts(),
  ]);
  for (const backend of [one, two]) closers.add(backend.close);
  const tenants = async (...namespaces: readonly string[]) => {
    await cluster.namespace(...namespaces);
    const services = [one, two].flatMap(({ name, port }) => service(name, port, address));
    await cluster.objects.apply(...namespaces.flatMap((namespace) => within(namespace, ...services)));
  };
  await tenants(...(options.tenants ?? []));
  await cluster.objects.apply(...(options.objects ?? []));
  const source = ['--kubeconfig', options.kubeconfig ?? cluster.kubeconfig('contour')];
  const start = (flags = options.flags ?? []) =>
    startContour(source, ports, [...healthFlags(ports), ...flags]);
  let contour = start();
  closers.add(() => contour.end('SIGKILL'));
  const entrance = await openEntrance(cluster.directory, ports, closers);
  const health = (path: string) => healthPage(ports, path);
  const ready = () => eventually(() => isReady(contour, ports), { within: 60_000, every: 50 });
  if (options.atOnce !== true) {
    await ready();
    await entrance.envoy().live();
  }
  return {
    ...{ ...entrance, cluster, ports, one, two, tenants, health, ready, close: closers.close },
    contour: () => contour,
    status: (object, expected) => statusIs(cluster, object, expected),
    async restartContour({ signal = 'SIGTERM', flags } = {}) {
      await contour.end(signal);
      contour = start(flags);
    },
  };
}

async function healthPage({ health }: Ports, path: string): Promise<Page> {
  const { status, body } = await ask({ port: health, host: 'localhost', path });
  return { status, body: body.toString() };
}

async function isReady(contour: Contour, ports: Ports): Promise<void> {
  const { status, body } = await healthPage(ports, '/readyz').catch((error) => ({
    status: 0,
    body: `${error}`,
  }));
  assert.equal(status, 200, `contour is not ready: ${body}\n${contour.output()}`);
}

async function statusIs({ objects }: Cluster, object: string, expected: string): Promise<void> {
  const [namespace = '', name = ''] = object.split('/');
  await eventually(async () => {
    const found = await objects.get('IngressRoute', namespace, name);
    assert.equal(found?.status?.currentStatus, expected, `${object}: ${JSON.stringify(found?.status)}`);
    assert.equal(found?.status?.observedGeneration, found?.metadata.generation);
  });
}
