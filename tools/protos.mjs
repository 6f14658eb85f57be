// Generates the Envoy message types: node_modules protos + protos/overlay -> protos/build -> protos/gen.
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture } from './setup/process.mjs';

/** Copies the published protos with the overlay applied and runs buf on them. `root` is the checkout, `node` runs buf. */
export async function generateProtos(root, { node, env }) {
  const source = join(root, 'node_modules/@grpc/grpc-js-xds/deps');
  const build = join(root, 'protos/build');
  await rm(build, { recursive: true, force: true });
  for (const [from, folder] of [
    ['envoy-api', 'envoy'],
    ['googleapis', 'google'],
    ['xds', 'xds'],
    ['xds', 'udpa'],
    ['protoc-gen-validate', 'validate'],
  ]) {
    await cp(join(source, from, folder), join(build, folder), { recursive: true });
  }
  await cp(join(root, 'protos/overlay/envoy'), join(build, 'envoy'), { recursive: true });
  for (const { file, after, insert } of JSON.parse(
    await readFile(join(root, 'protos/overlay/insertions.json'), 'utf8'),
  )) {
    const path = join(build, file);
    const text = await readFile(path, 'utf8');
    if (text.split(after).length !== 2)
      throw new Error(
        `protos/overlay/insertions.json: "${after.trim()}" must stand once in ${file}; the published protos have changed`,
      );
    await writeFile(path, text.replace(after, `${after}\n${insert}`));
  }
  const buf = join(root, 'node_modules/@bufbuild/buf/bin/buf');
  const path = `${join(root, 'node_modules/.bin')}:${env.PATH}`;
  await capture(node, [buf, 'generate', '--template', join(root, 'buf.gen.yaml')], {
    cwd: root,
    env: { ...env, PATH: path },
  });
  await rm(build, { recursive: true, force: true });
}
