// `contour certgen`: certificates for mutual TLS between Contour and Envoy, as files or as Secrets.
import { type CredentialStore, folderStore, type Renewal, renew } from '../certificates/index.ts';
import type { CertgenConfig } from '../config/certgen.ts';
import { systemClock } from '../runtime/clock.ts';
import { systemRandom } from '../runtime/random.ts';
import { StartError } from '../runtime/start-error.ts';
import { type CommandIo, type ExitCode, exitCodes } from './io.ts';

/** Name of the Service and of its certificate: every Envoy that `contour bootstrap` configures takes it. */
const service = 'contour';

interface Place {
  readonly store: CredentialStore;
  /** Of the Service; undefined: there is none. */
  readonly namespace: string | undefined;
  close(): Promise<void>;
}

/** Prints what became of each place; keys never show. */
export async function certgenCommand(config: CertgenConfig, io: CommandIo): Promise<ExitCode> {
  try {
    const place = await placeOf(config, io);
    try {
      await certgen(config, place, io);
    } finally {
      await place.close();
    }
    return exitCodes.done;
  } catch (error) {
    if (!io.signal.aborted && !(error instanceof StartError)) throw error;
    const message = error instanceof StartError ? error.message : 'interrupted; run it again to be sure';
    io.stderr(`contour certgen: ${message}\n`);
    return exitCodes.failed;
  }
}

async function certgen(config: CertgenConfig, { store, namespace }: Place, io: CommandIo): Promise<void> {
  const { dnsNames, days, overwrite } = config;
  const renewal = await renew({
    ...{ store, days, signal: io.signal },
    names: serverNames(namespace, dnsNames),
    neededNames: [service, ...dnsNames],
    replace: overwrite ? 'always' : 'if-needed',
    clock: systemClock,
    random: systemRandom,
  });
  io.stdout(report(store, renewal));
  for (const notice of await store.notices()) io.stderr(`${notice}\n`);
}

/** Those by which pods reach a Service, from the shortest on. */
export function serverNames(namespace: string | undefined, more: readonly string[]): readonly string[] {
  const within = `${service}.${namespace}`;
  const inCluster = namespace === undefined ? [] : [within, `${within}.svc`, `${within}.svc.cluster.local`];
  return [...new Set([service, ...inCluster, 'localhost', ...more])];
}

function report({ places }: CredentialStore, { why, written, until }: Renewal): string {
  const day = until.toISOString().slice(0, 10);
  if (why === undefined) return places.map((place) => `${place}  kept, valid until ${day}\n`).join('');
  const lines = written.map(({ place, how }) => `${place}  ${how}, valid until ${day}\n`);
  return `new certificates: ${why}\n${lines.join('')}`;
}

/** The client of the API server is loaded for those who need it. */
async function placeOf({ target }: CertgenConfig, io: CommandIo): Promise<Place> {
  if (target.kind === 'files')
    return {
      store: folderStore(target.directory),
      namespace: target.namespace,
      close: async () => {},
    };
  const { openSecrets } = await import('./certgen-secrets.ts');
  return openSecrets(target, io);
}
