// Is this file an Envoy that we can run?
import { execFile } from 'node:child_process';
import { StartError } from '../runtime/start-error.ts';
import { errorCode } from './ports.ts';

/** On-demand certificates by SNI work from this version on. */
export const oldestEnvoy = { major: 1, minor: 38 };

/** Runs `path --version` and returns the version (`1.40.0`). Throws a StartError if it is no Envoy for us. */
export async function checkEnvoyBinary(path: string): Promise<string> {
  const version = parseVersion(await versionOutput(path));
  if (version === undefined) {
    throw new StartError(`${path} is not an Envoy: its --version names none; give --envoy the Envoy binary`);
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < oldestEnvoy.major || (major === oldestEnvoy.major && minor < oldestEnvoy.minor)) {
    throw new StartError(
      `${path} is Envoy ${version}; at least ${oldestEnvoy.major}.${oldestEnvoy.minor} is needed ` +
        '(certificates on demand): give --envoy a newer binary',
    );
  }
  return version;
}

/** The version in a line like `envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL`. */
export function parseVersion(output: string): string | undefined {
  return /version: [0-9a-f]+\/(\d+\.\d+\.\d+)/.exec(output)?.[1];
}

function versionOutput(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(path, ['--version'], { timeout: 30_000 }, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(new StartError(explain(path, error)));
    });
  });
}

function explain(path: string, error: Error): string {
  const code = errorCode(error);
  if (code === 'ENOENT') return `there is no ${path}: give --envoy the path of the Envoy binary`;
  if (code === 'EACCES') return `${path} is not executable: run chmod +x ${path}, or give --envoy another`;
  if (code === 'ENOEXEC' || code === 'UNKNOWN') {
    return `${path} is no program for this machine: give --envoy an Envoy built for ${process.platform} ${process.arch}`;
  }
  const firstLine =
    error.message.split('\n').find((line) => !line.startsWith('Command failed')) ?? error.message;
  return `${path} --version fails (${firstLine.trim() || code}): give --envoy a working Envoy binary`;
}
