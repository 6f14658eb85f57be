// The graceful end of an Envoy, over its admin interface: first it is taken out of load balancers, then clients are
// told to go elsewhere, and it ends when the last of them has gone.
import { z } from 'zod';
import { type AdminAnswer, AdminSilence, askAdmin } from '../ops/envoy-admin.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import { pause } from '../runtime/pause.ts';
import { StartError } from '../runtime/start-error.ts';

export interface DrainOptions {
  readonly adminSocket: string;
  readonly delayMs: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One line for the user. */
  readonly say: (line: string) => void;
  readonly ask?: (socket: string, path: string, method: 'GET' | 'POST') => Promise<AdminAnswer>;
}

const pollMs = 250;

/** How often the user hears how many connections are left. */
const tellMs = 10_000;

/** Envoy may be busy with the last requests; its main thread answers nevertheless, within this. */
const answerMs = 5_000;

const askPatiently: NonNullable<DrainOptions['ask']> = (socket, path, method) =>
  askAdmin(socket, path, { method, timeoutMs: answerMs });

/**
 * Resolves when Envoy was told to end, or has ended by itself. Rejects with a StartError if there is no Envoy to drain,
 * or the signal aborts: what Envoy was told until then stands.
 */
export async function drainEnvoy(options: DrainOptions): Promise<void> {
  const { adminSocket, delayMs, timeoutMs, clock, signal, say, ask = askPatiently } = options;
  const end = clock.now() + timeoutMs;
  const get = (path: string) => answered(ask, adminSocket, path, 'GET');
  /** A busy Envoy does it as soon as it can. */
  const post = (path: string) => answered(ask, adminSocket, path, 'POST').catch(unlessSilent);
  const stats = await statsPrefix(get).catch((error) => {
    throw new StartError(
      `no Envoy answers on ${adminSocket} (${messageOf(error)}); is it running, is the socket's folder shared with this container, and is it the path of contour bootstrap --admin-address?`,
    );
  });
  let left = 1;
  /** A silent Envoy has the connections that it had. */
  const open = async () => {
    const answer = await get(connectionStats).catch(unlessSilent);
    return answer === undefined ? left : openConnections(answer.body, stats);
  };

  await post('/healthcheck/fail');
  say(`/ready answers 503; waiting ${seconds(delayMs)} for load balancers to notice`);
  await pause(clock, delayMs, signal);
  throwIfInterrupted(signal);
  await post('/drain_listeners?graceful&skip_exit');
  left = await open();
  say(left === 0 ? 'no connection is open' : `${counted(left)} open; clients are told to end them`);

  const untilNone = async () => {
    let told = clock.now();
    while (left > 0 && clock.now() < end) {
      await pause(clock, Math.min(pollMs, end - clock.now()), signal);
      throwIfInterrupted(signal);
      left = await open();
      if (left > 0 && clock.now() - told >= tellMs) {
        told = clock.now();
        say(`${counted(left)} open`);
      }
    }
  };
  await untilNone();
  // Nobody comes in while the last of those who came late are waited for.
  await post('/drain_listeners');
  left = await open();
  await untilNone();
  say(left === 0 ? 'none is open any more; Envoy ends' : `time is over: ${counted(left)} cut; Envoy ends`);
  await post('/quitquitquit');
}

/** Envoy has gone while it was drained: there is nothing left to do. */
export class EnvoyEnded extends Error {
  override readonly name = 'EnvoyEnded';
}

async function answered(
  ask: NonNullable<DrainOptions['ask']>,
  socket: string,
  path: string,
  method: 'GET' | 'POST',
): Promise<AdminAnswer> {
  const answer = await ask(socket, path, method).catch((error) => {
    if (error instanceof AdminSilence) throw error;
    throw new EnvoyEnded(messageOf(error), { cause: error });
  });
  if (answer.status === 200) return answer;
  throw new StartError(
    `Envoy answered ${answer.status} to ${path}; is this the socket of an Envoy's admin interface?`,
  );
}

function unlessSilent(error: unknown): undefined {
  if (!(error instanceof AdminSilence)) throw error;
}

function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted)
    throw new StartError(
      'interrupted; Envoy serves on but /ready answers 503: POST /healthcheck/fail is undone by /healthcheck/ok',
    );
}

const listeners = z.object({
  listener_statuses: z.array(
    z.object({
      name: z.string(),
      local_address: z.object({
        socket_address: z.object({ address: z.string(), port_value: z.number() }).optional(),
      }),
    }),
  ),
});

/** How statistics of the listener `stats` begin: probes and scrapes keep no Envoy alive. */
async function statsPrefix(get: (path: string) => Promise<AdminAnswer>): Promise<string | undefined> {
  const { body } = await get('/listeners?format=json');
  const { listener_statuses: all } = listeners.parse(JSON.parse(body));
  const address = all.find(({ name }) => name === 'stats')?.local_address.socket_address;
  if (address === undefined) return undefined;
  const host = address.address.includes(':') ? `[${address.address}]` : address.address;
  return `${host}_${address.port_value}`.replaceAll(':', '_');
}

const connectionStats = `/stats?filter=${encodeURIComponent('^listener\\..*\\.downstream_cx_active$')}`;

/** Connections of clients: of all listeners but that of statistics and the admin interface itself. */
export function openConnections(stats: string, statsListener: string | undefined): number {
  return stats
    .split('\n')
    .map((line) => /^listener\.(.*)\.downstream_cx_active: (\d+)$/.exec(line))
    .filter((match) => match !== null)
    .filter(([, name = '']) => name !== 'admin' && name !== statsListener && !/\.worker_\d+$/.test(name))
    .filter(([, name = '']) => !name.startsWith('admin.'))
    .reduce((sum, [, , count]) => sum + Number(count), 0);
}

const counted = (count: number): string => (count === 1 ? '1 connection is' : `${count} connections are`);

const seconds = (ms: number): string => `${ms / 1_000} s`;
