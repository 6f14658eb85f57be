// kubectl and helm as users run them, against the cluster of the scenarios.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { readState } from './state.ts';

const state = readState();
const mostOutput = 16 * 1024 * 1024;

/** Standard output; rejects with what it printed unless it succeeds. */
export const kubectl = (args: readonly string[], stdin?: string): Promise<string> =>
  run(
    state.kubectl,
    [`--kubeconfig=${state.kubeconfig}`, `--cache-dir=${join(state.folder, 'kubectl')}`, ...args],
    {
      stdin,
    },
  );

/** The same, from the checkout, so that `charts/contour` is a path. */
export const helm = (args: readonly string[]): Promise<string> =>
  run(state.helm, ['--kubeconfig', state.kubeconfig, ...args], {
    env: {
      ...process.env,
      HELM_CACHE_HOME: join(state.folder, 'helm-cache'),
      HELM_CONFIG_HOME: join(state.folder, 'helm-config'),
      HELM_DATA_HOME: join(state.folder, 'helm-data'),
    },
  });

export const apply = (manifests: string): Promise<string> => kubectl(['apply', '-f', '-'], manifests);

interface RunOptions {
  readonly stdin?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

function run(program: string, args: readonly string[], { stdin, env }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: join(import.meta.dirname, '../../..'),
      maxBuffer: mostOutput,
      ...(env && { env }),
    };
    const command = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args.join(' ')}: ${stderr}${stdout}`));
    });
    command.stdin?.on('error', () => {}); // It ended without reading; its exit code tells.
    command.stdin?.end(stdin ?? '');
  });
}
