// kubectl as users run it.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { program } from './programs.ts';

export type Kubectl = (args: readonly string[], stdin?: string) => Promise<string>;

/** Its standard output; rejects with its standard error unless it succeeds. Its files go to the directory. */
export function kubectlOf(kubeconfig: string, directory: string): Kubectl {
  const own = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${join(directory, 'kubectl')}`];
  return (args, stdin) =>
    new Promise((resolve, reject) => {
      const command = execFile(program('kubectl'), [...own, ...args], (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`kubectl ${args.join(' ')}: ${stderr}${stdout}`));
      });
      command.stdin?.on('error', () => {}); // It ended without reading; its exit code tells.
      command.stdin?.end(stdin ?? '');
    });
}

/** The columns of a table, by their heads; every row as a map from head to cell. */
export function rows(table: string): ReadonlyMap<string, string>[] {
  const [head = '', ...lines] = table.trimEnd().split('\n');
  const heads = [...head.matchAll(/\S+(?: \S+)*/g)].map((found) => ({ name: found[0], from: found.index }));
  return lines.map(
    (line) =>
      new Map(heads.map(({ name, from }, index) => [name, line.slice(from, heads[index + 1]?.from).trim()])),
  );
}
