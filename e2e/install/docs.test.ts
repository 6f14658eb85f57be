// The commands of the pages about installing and about troubles, run as they stand there, in their order.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { cleanUp, dumpOnFailure, home, readState } from './kit/index.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const state = readState();

/** Each command of the console blocks that stands after a `$ `. */
function commandsOf(markdown: string, title: string): readonly string[] {
  const blocks = markdown.matchAll(/^```console\n(?<text>.*?)^```$/gms);
  const found = [...blocks].flatMap(({ groups }) =>
    (groups?.text ?? '').split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : [])),
  );
  assert.ok(found.length > 0, `${title} shows no command`);
  return found;
}

/** The pages have a registry of the reader's; here are the images of this run. */
const asHere = (command: string): string =>
  command
    .replaceAll(
      /registry\.example\.com\/(\w+):0\.1\.0/g,
      (_, name: keyof typeof state.images) => state.images[name],
    )
    .replace('contour.image.repository=registry.example.com/contour', settings('contour'))
    .replace('envoy.image.repository=registry.example.com/envoy,envoy.image.tag=0.1.0', settings('envoy'));

function settings(name: 'contour' | 'envoy'): string {
  const [, repository, tag] = /^(.*):(.*)$/.exec(state.images[name]) ?? [];
  return `${name}.image.repository=${repository},${name}.image.tag=${tag}`;
}

/** kubectl and helm of this run, and a docker that has built what it is asked for: the runner did, from the same file. */
async function programs(): Promise<string> {
  const folder = join(state.folder, 'programs');
  await mkdir(folder, { recursive: true });
  const write = (name: string, text: string) =>
    writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  await write('kubectl', `exec ${state.kubectl} --kubeconfig=${state.kubeconfig} "$@"`);
  await write('helm', `exec ${state.helm} --kubeconfig ${state.kubeconfig} "$@"`);
  const known = Object.entries(state.images).flatMap(([name, tag]) => [
    `"build --target ${name} --tag ${tag} .") ;;`,
    `"push ${tag}") ;;`,
  ]);
  await write('docker', `case "$*" in ${known.join(' ')} *) echo "not of this run: $*" >&2; exit 1;; esac`);
  return folder;
}

/** One shell for all of them, so that a variable of one is there for the next; it stops at the first that fails. */
async function runAll(commands: readonly string[], path: string): Promise<string> {
  const script = commands.map((command) => `printf '%s\\n' ${quoted(`$ ${command}`)}\n${command}\n`).join('');
  const env = { ...process.env, PATH: `${path}:${process.env.PATH}` };
  const result = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env }).catch((error) => {
    throw new Error(`${error.stdout}${error.stderr}`, { cause: error });
  });
  return result.stdout;
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

before(cleanUp);

test('docs/install.md, with docs/troubleshooting.md before the end', async () => {
  const install = commandsOf(await readFile(join(root, 'docs/install.md'), 'utf8'), 'docs/install.md');
  const page = 'docs/troubleshooting.md';
  const troubles = commandsOf(await readFile(join(root, page), 'utf8'), page);
  const end = install.findIndex((command) => command.startsWith('kubectl delete'));
  const path = await programs();
  await dumpOnFailure([home, 'default'], async () => {
    const output = await runAll(
      [...install.slice(0, end), ...troubles, ...install.slice(end)].map(asHere),
      path,
    );
    assert.match(output, /kuard +\S+ .*valid +valid IngressRoute/);
    assert.match(output, /STATUS: deployed/);
    assert.match(output, /release "contour" uninstalled/);
  });
});

test("README.md's five commands, on the public Envoy's place the one of this run", async () => {
  const all = commandsOf(await readFile(join(root, 'README.md'), 'utf8'), 'README.md');
  const start = all.findIndex((command) => command.startsWith('docker build'));
  const five = all
    .slice(start, start + 5)
    .map((command) => asHere(command).replace(/^helm install .*$/, `$& --set ${settings('envoy')}`));
  const path = await programs();
  await dumpOnFailure([home], async () => {
    const output = await runAll(five, path);
    assert.match(output, /^contour-\S+ +1\/1 +Running/m);
    assert.match(output, /^contour-certgen-\S+ +0\/1 +Completed/m);
    assert.match(output, /^envoy-\S+ +2\/2 +Running/m);
    await runAll(
      ['helm uninstall contour -n heptio-contour --wait', 'kubectl delete namespace heptio-contour'],
      path,
    );
  });
});
