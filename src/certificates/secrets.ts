// Credentials as two Secrets of a cluster, written with the permissions to get and update them, and to create them if
// they are not there.
import { ApiError, type KubeClient, resources } from '../kube/index.ts';
import type { Clock } from '../runtime/clock.ts';
import { pause } from '../runtime/pause.ts';
import { StartError } from '../runtime/start-error.ts';
import type { RawObject } from '../store/events.ts';
import {
  type CredentialStore,
  type Credentials,
  fields,
  fileNames,
  type Party,
  parties,
  type Written,
} from './credentials.ts';

export interface SecretStoreOptions {
  readonly api: Pick<KubeClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** Names of the Secrets. */
  readonly names: Readonly<Record<Party, string>>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Told before each wait for a server that does not answer. */
  readonly waits: (message: string) => void;
}

const secrets = resources.secrets;

/** Everything rejects with a StartError that names the Secret and the remedy. */
export function secretStore(options: SecretStoreOptions): CredentialStore {
  const { api, namespace, names, signal } = options;
  const placeOf = (party: Party) => `Secret ${namespace}/${names[party]}`;
  let stored: ReadonlyMap<Party, RawObject> = new Map();

  async function read(): Promise<ReadonlyMap<Party, RawObject>> {
    const read = new Map<Party, RawObject>();
    for (const party of parties) {
      const name = { namespace, name: names[party] };
      const object = await patiently('get', party, () => api.get(secrets, name, signal));
      if (object !== undefined) read.set(party, object);
    }
    return read;
  }

  async function write(party: Party, credentials: Credentials): Promise<Written> {
    const place = placeOf(party);
    const old = stored.get(party);
    if (old === undefined) {
      const metadata = { namespace, name: names[party] };
      const object = { metadata, type: 'kubernetes.io/tls', data: encoded(credentials) };
      await patiently('create', party, () => api.create(secrets, object, signal));
      return { place, how: 'created' };
    }
    // Its type can't be changed, and what others wrote on it stays.
    const object = { ...old, data: { ...dataOf(old), ...encoded(credentials) } };
    await patiently('update', party, () => api.replace(secrets, object, signal));
    return { place, how: 'replaced' };
  }

  /** Tries again what may go well the next time. */
  async function patiently<T>(verb: Verb, party: Party, call: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await call();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ApiError) || error.code === 409) throw error;
        if (!isPassing(error) || tries === mostTries)
          throw explained(error, verb, { namespace, names, party });
        const ms = error.retryAfterMs ?? 500 * 2 ** tries * (0.5 + options.random());
        options.waits(`${error.message}; trying again in ${Math.ceil(ms / 1_000)} s`);
        await pause(options.clock, Math.min(ms, longestWaitMs), signal);
      }
    }
  }

  return {
    places: parties.map(placeOf),
    async read() {
      stored = await read();
      return { contour: decoded(stored.get('contour')), envoy: decoded(stored.get('envoy')) };
    },
    async write(issued) {
      const written: Written[] = [];
      try {
        for (const party of parties) written.push(await write(party, issued[party]));
        return written;
      } catch (error) {
        if (error instanceof ApiError && error.code === 409) return undefined;
        throw error;
      }
    },
    notices: async () => [],
  };
}

const mostTries = 5;
const longestWaitMs = 15_000;

/** No answer, too many requests, or a server in trouble. */
const isPassing = ({ code }: ApiError): boolean => code === 0 || code === 429 || code >= 500;

type Verb = 'get' | 'create' | 'update';

interface Where extends Pick<SecretStoreOptions, 'namespace' | 'names'> {
  readonly party: Party;
}

function explained({ code, message }: ApiError, verb: Verb, { namespace, names, party }: Where): StartError {
  const both = `${names.contour} and ${names.envoy}`;
  if (code === 403)
    return new StartError(
      verb === 'create'
        ? `${message}; grant create on secrets in namespace ${namespace}, or make the Secrets ${both} without data before`
        : `${message}; grant ${verb} on secrets ${both} in namespace ${namespace} (a Role with resourceNames)`,
    );
  if (code === 401) return new StartError(`${message}; the credentials of the kubeconfig are not taken`);
  if (code === 404 && verb === 'create')
    return new StartError(`${message}; make the namespace: kubectl create namespace ${namespace}`);
  if (code === 422 && verb === 'update')
    return new StartError(`${message}; if ${names[party]} is immutable, delete it first`);
  return new StartError(`${message}; is the API server well, and the right one?`);
}

const dataOf = ({ data }: RawObject): RawObject =>
  typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : {};

const encoded = (credentials: Credentials): RawObject =>
  Object.fromEntries(
    fields.map((field) => [fileNames[field], Buffer.from(credentials[field]).toString('base64')]),
  );

function decoded(secret: RawObject | undefined): Partial<Credentials> {
  const data = secret === undefined ? {} : dataOf(secret);
  const found = fields.flatMap((field) => {
    const value = data[fileNames[field]];
    return typeof value === 'string' ? [[field, Buffer.from(value, 'base64').toString('utf8')]] : [];
  });
  return Object.fromEntries(found);
}
