// helm as users run it, on the chart of the checkout.
import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** The checkout. */
export const root = join(import.meta.dirname, '../../..');

/** The chart, from the checkout. */
export const chart = 'charts/contour';

export interface HelmOptions {
  readonly stdin?: string;
  /** More environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Its standard output; rejects with its standard error unless it succeeds. */
export function helm(args: readonly string[], { stdin = '', env = {} }: HelmOptions = {}): Promise<string> {
  const program = process.env.HELM ?? '';
  if (program === '') throw new Error('HELM names no program: run `npm test`, which builds helm');
  return new Promise((resolve, reject) => {
    const options = { cwd: root, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const command = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`helm ${args.join(' ')}: ${stderr}${stdout}`));
    });
    command.stdin?.end(stdin);
  });
}

/** What `helm install` would apply with these values, as YAML. A helm of our own says a version of Kubernetes that is too old. */
export const render = (values: object = {}, release = 'contour'): Promise<string> =>
  helm(['template', release, chart, '-n', 'heptio-contour', '--kube-version=1.34.0', '--values=-'], {
    stdin: JSON.stringify(values),
  });
