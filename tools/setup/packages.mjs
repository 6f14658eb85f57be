// Step: node_modules as package-lock.json says.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SetupFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { capture, findProgram } from './process.mjs';

// Not `npm ci`: it refuses a lockfile without the optional packages of other platforms, which npm does not write when
// a registry lacks them (https://github.com/npm/cli/issues/9846). Without --save the lockfile is obeyed and kept.
const install = ['install', '--no-save', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];

/** Installs when what npm noted as installed differs from the lockfile. */
export function packagesStep(context) {
  const isDone = () => isInstalled(context.root);
  return {
    title: 'npm packages',
    isDone,
    check() {
      if (findProgram('npm') === undefined)
        throw new SetupFailure('npm is missing: install Node with npm (Debian: apt-get install npm)');
    },
    run: (note) =>
      withLock(
        checkoutLock(context),
        async () => {
          if (isDone()) return;
          checkLockfile(context.root);
          note('npm install');
          await capture('npm', install, { cwd: context.root, env: context.env });
          if (!isDone()) {
            throw new SetupFailure(
              'node_modules still differs from package-lock.json: remove node_modules and try again',
            );
          }
        },
        () => note('another set-up works on this checkout, waiting'),
      ),
  };
}

/** The lock for what set-up changes inside the checkout. */
export function checkoutLock(context) {
  const name = createHash('sha256').update(context.root).digest('hex').slice(0, 16);
  return join(context.cache, `checkout-${name}.lock`);
}

/** npm writes node_modules/.package-lock.json last, so an interrupted installation has none. */
function isInstalled(root) {
  const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (installed === undefined) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (wanted === undefined) throw new SetupFailure(`package-lock.json of ${root} cannot be read: restore it`);
  return differences(wanted, installed).length === 0;
}

/** Paths of packages that are wanted but not installed in that version. Optional ones depend on the platform. */
export function differences(wanted, installed) {
  return Object.entries(wanted)
    .filter(([path, entry]) => path.startsWith('node_modules/') && entry.optional !== true)
    .filter(
      ([path, entry]) =>
        installed[path]?.version !== entry.version || installed[path]?.integrity !== entry.integrity,
    )
    .map(([path]) => path);
}

/** A lockfile that is older than package.json would be completed silently. */
function checkLockfile(root) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const locked = packagesOf(join(root, 'package-lock.json'))?.[''];
  if (
    isDeepStrictEqual(
      { dependencies, devDependencies },
      { dependencies: locked?.dependencies, devDependencies: locked?.devDependencies },
    )
  )
    return;
  throw new SetupFailure(
    'package-lock.json does not fit package.json: run npm install --package-lock-only and commit both',
  );
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
