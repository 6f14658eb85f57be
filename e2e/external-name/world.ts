// `contour serve` over a folder, and a real Envoy that asks the test's own DNS server.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verdict } from '../../src/dag/model.ts';
import { type Deadline, eventually } from '../../src/testing/deadline.ts';
import { type Answer, ask } from '../../src/testing/http-client.ts';
import { type RealEnvoy, startRealEnvoy } from '../../src/testing/real-envoy.ts';
import { type Closers, closedOnFailure } from '../kit/closers.ts';
import { bootstrapFile, type Contour, choosePorts, type Ports, startContour } from '../kit/contour.ts';
import { outcome } from '../kit/entrance.ts';
import { envoyPath } from '../kit/envoy-path.ts';
import { documents, type Manifest } from '../kit/manifests.ts';
import { type DnsServer, startDnsServer, type Zone } from './dns-server.ts';

export interface ExternalWorld {
  readonly dns: DnsServer;
  /** Port of the HTTPS listener. */
  readonly https: number;
  /** Port of contour's xDS server. */
  readonly xds: number;
  envoy(): RealEnvoy;
  contour(): Contour;
  /** Writes the one file of the folder anew. */
  apply(...manifests: readonly Manifest[]): Promise<void>;
  ask(host: string, path?: string): Promise<Answer>;
  /** Waits until the host is answered by this backend, or with this status. */
  answers(host: string, expected: string | number, deadline?: Deadline): Promise<void>;
  /** What `contour` thinks of an IngressRoute, once it knows it. */
  verdict(name: string): Promise<Verdict>;
  /** Ends `contour serve` and starts it with these flags. */
  restartContour(flags: readonly string[]): Promise<void>;
  /** Ends Envoy and starts another that knows nothing. */
  restartEnvoy(): Promise<void>;
  close(): Promise<void>;
}

export const allowed = ['--enable-external-name-service'];

export interface ExternalOptions {
  readonly manifests: readonly Manifest[];
  /** Default: external names are allowed. */
  readonly flags?: readonly string[];
  /** What DNS says at the start. */
  readonly zones?: Readonly<Record<string, Zone>>;
}

/** Starts everything and returns when Envoy serves. */
export const startExternalWorld = (options: ExternalOptions): Promise<ExternalWorld> =>
  closedOnFailure((closers) => build(options, closers));

async function build(
  { manifests, flags = allowed, zones = {} }: ExternalOptions,
  closers: Closers,
): Promise<ExternalWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'contour-e2e-'));
  closers.add(() => rm(directory, { recursive: true, force: true }));
  const folder = join(directory, 'manifests');
  await mkdir(folder);
  const [dns, ports] = await Promise.all([startDnsServer(), choosePorts()]);
  closers.add(dns.close);
  for (const [name, zone] of Object.entries(zones)) dns.set(name, zone);
  const apply = (...all: readonly Manifest[]) => writeFile(join(folder, 'all.yaml'), documents(...all));
  await apply(...manifests);
  let contour = startContour(['--manifests', folder], ports, flags);
  closers.add(() => contour.end('SIGTERM'));
  const start = async () => {
    const started = await startEnvoy(directory, ports, dns.port);
    closers.add(started.stop);
    await started.live().catch((cause) => {
      throw new Error(`${String(cause)}\ncontour said:\n${contour.output()}`, { cause });
    });
    return started;
  };
  let envoy = await start();
  const askHost = (host: string, path = '/') => ask({ port: ports.http, host, path });
  return {
    ...{ dns, apply, https: ports.https, xds: ports.xds, ask: askHost, close: closers.close },
    envoy: () => envoy,
    contour: () => contour,
    answers: (host, expected, deadline) =>
      eventually(async () => assert.equal(outcome(await askHost(host)), expected), deadline),
    verdict: (name) =>
      eventually(async () => {
        const found = (await contour.status()).find(({ object }) => object === `IngressRoute/e2e/${name}`);
        assert.ok(found, `nothing is known of ${name}`);
        return found;
      }),
    async restartContour(next) {
      await contour.end('SIGTERM');
      contour = startContour(['--manifests', folder], ports, next);
    },
    async restartEnvoy() {
      await envoy.stop();
      envoy = await start();
    },
  };
}

/** The resolver is the only thing in which its configuration differs from what `contour bootstrap` writes. */
async function startEnvoy(directory: string, ports: Ports, dnsPort: number): Promise<RealEnvoy> {
  const resolver = {
    name: 'envoy.network.dns_resolver.cares',
    typedConfig: {
      '@type': 'type.googleapis.com/envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
      resolvers: [{ socketAddress: { address: '127.0.0.1', portValue: dnsPort } }],
    },
  };
  const bootstrap = async (socket: string) => {
    const written = JSON.parse(await bootstrapFile(directory, ports, socket));
    return JSON.stringify({ ...written, typedDnsResolverConfig: resolver });
  };
  return await startRealEnvoy({ path: envoyPath(), bootstrap });
}
