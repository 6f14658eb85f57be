// Step: Envoy's message types in protos/gen, kept in the cache under a hash of everything they are made from.
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateProtos } from '../protos.mjs';
import { keep } from './cache.mjs';
import { withLock } from './lock.mjs';
import { checkoutLock } from './packages.mjs';

const stamp = '.inputs';

/** Copies the generated files from the cache, or generates them first. */
export function protosStep(context) {
  const target = join(context.root, 'protos/gen');
  const inputs = inputsHash(context.root);
  const isWhole = (folder) => readStamp(folder) === inputs;
  return {
    title: "Envoy's protos",
    isDone: () => isWhole(target),
    check() {},
    run: (note) =>
      withLock(
        checkoutLock(context),
        async () => {
          const place = join(context.cache, `protos-${inputs}`);
          const make = async (aside) => {
            note('generating (about half a minute)');
            await generateProtos(context.root, { env: context.env, node: context.node });
            await writeFile(join(target, stamp), inputs);
            await cp(target, aside, { recursive: true });
          };
          await keep(place, { isWhole, make, waiting: () => note('another set-up generates them, waiting') });
          if (!isWhole(target)) await replace(target, place);
        },
        () => note('another set-up works on this checkout, waiting'),
      ),
  };
}

/** Hash of the recipe, the overlay and the exact packages. */
function inputsHash(root) {
  const hash = createHash('sha256');
  const overlay = readdirSync(join(root, 'protos/overlay'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  for (const file of [join(root, 'tools/protos.mjs'), join(root, 'buf.gen.yaml'), ...overlay]) {
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const name of ['@grpc/grpc-js-xds', '@bufbuild/buf', '@bufbuild/protoc-gen-es']) {
    const entry = packages[`node_modules/${name}`];
    hash.update(`${name} ${entry.version} ${entry.integrity}\0`);
  }
  return hash.digest('hex').slice(0, 16);
}

function readStamp(folder) {
  try {
    return readFileSync(join(folder, stamp), 'utf8');
  } catch {
    return undefined;
  }
}

/** Two renames, so that readers see the old files or the new ones. */
async function replace(target, source) {
  const aside = `${target}.${randomUUID()}`;
  const old = `${target}.${randomUUID()}`;
  await cp(source, aside, { recursive: true });
  await rename(target, old).catch(() => {});
  await rename(aside, target);
  await rm(old, { recursive: true, force: true });
}
