// Logs for operators, to stderr: a line of text or of JSON each.
import { createLogger, format, transports } from 'winston';

export interface Log {
  error(message: string): unknown;
  warn(message: string): unknown;
  info(message: string): unknown;
  debug(message: string): unknown;
}

export interface LogSettings {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly format: 'text' | 'json';
}

/** Messages may quote users, whose control characters must not write lines of their own. */
const escaped = format((info) => ({ ...info, message: escapeControl(String(info.message)) }));

const escapeControl = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) =>
    character === '\n' ? '\\n' : `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );

/** `stream`: where lines go, stderr by default. */
export function createLog(settings: LogSettings, stream: NodeJS.WritableStream = process.stderr): Log {
  const text = format.printf(({ timestamp, level, message }) => `${timestamp} ${level}: ${message}`);
  return createLogger({
    level: settings.level,
    format: format.combine(escaped(), format.timestamp(), settings.format === 'json' ? format.json() : text),
    transports: [new transports.Stream({ stream })],
  });
}
