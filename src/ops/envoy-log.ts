// Envoy's log lines, in the format that we ask it for.
import { explainListenError, type ListenPort } from './ports.ts';

/** Flags that make Envoy log one line per message, its level and component in front. */
export const logFlags: readonly string[] = [
  ...['--log-format', '[%l][%n] %_'],
  ...['-l', 'warn'],
  // At info this component tells, once, when the workers start.
  ...['--component-log-level', 'main:info'],
];

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface LogLine {
  readonly level: LogLevel;
  /** Envoy's component (`config`, `upstream`); empty for a line that is no log message, such as a backtrace. */
  readonly component: string;
  readonly message: string;
}

const levels = new Map<string, LogLevel>([
  ['trace', 'debug'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['critical', 'error'],
]);

export function parseLogLine(line: string): LogLine {
  const [, level = '', component = '', message = ''] = /^\[(\w+)\]\[([\w-]+)\] (.*)$/.exec(line) ?? [];
  const known = levels.get(level);
  return known === undefined
    ? { level: 'error', component: '', message: line }
    : { level: known, component, message };
}

/** Whether the line is Envoy's word that its configuration is complete and its workers take connections. */
export const workersStart = (line: LogLine): boolean =>
  line.component === 'main' && line.message.includes('starting workers');

/** Whether the line is there for `workersStart` alone and tells an operator nothing. */
export const startChatter = (line: LogLine): boolean => line.component === 'main' && line.level === 'info';

/** What to tell the user if the line says that Envoy cannot listen somewhere; undefined if it doesn't. */
export function explainBindError(message: string, ports: readonly ListenPort[]): string | undefined {
  const [, address = '', digits = '', reason = ''] =
    /cannot bind '(.*):(\d+)': (.*?)(?:`|$)/.exec(message) ?? [];
  if (address === '') return undefined;
  const port = Number(digits);
  const flag = ports.find((candidate) => candidate.port === port)?.flag;
  const where = { address: address.replace(/^\[(.*)\]$/, '$1'), port, flag: flag ?? 'its flag' };
  const code = bindReasons.find(([words]) => reason.startsWith(words))?.[1];
  return explainListenError(where, code ?? reason);
}

const bindReasons: readonly (readonly [string, string])[] = [
  ['Address already in use', 'EADDRINUSE'],
  ['Permission denied', 'EACCES'],
  ['Cannot assign requested address', 'EADDRNOTAVAIL'],
];
