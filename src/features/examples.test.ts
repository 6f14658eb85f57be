// The examples of docs/ingressroute.md, judged as their folders say. e2e/examples.test.ts sends the requests.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { exampleNames, readExample } from '../../examples/ingressroute/example.ts';
import type { CertificateOf } from '../../examples/quickstart/serve.ts';
import { resolveTranslate } from '../config/translate.ts';
import { readManifests } from '../kube/manifests/read.ts';
import { runOffline, translationOf } from '../offline.ts';
import type { RawObject } from '../store/events.ts';
import { selfSigned } from '../testing/certificates.ts';
import { tlsSecret } from '../testing/tls-secret.ts';

async function objectsOf(
  directory: string,
  files: readonly string[],
  certificates: readonly CertificateOf[],
) {
  const objects: RawObject[] = [];
  const take = (text: string, file: string) => {
    const read = readManifests(text, file);
    assert.deepEqual(read.problems, []);
    objects.push(...read.objects.map(({ object }) => object));
  };
  for (const file of files) take(readFileSync(join(directory, file), 'utf8'), file);
  for (const { namespace, name, hosts } of certificates)
    take(tlsSecret(namespace, name, await selfSigned('localhost', { names: hosts })), name);
  return objects;
}

const flagsOf = (flags: readonly string[]): ReadonlyMap<string, unknown> =>
  new Map(flags.map((flag) => [flag.slice(2, flag.indexOf('=')), flag.slice(flag.indexOf('=') + 1)]));

describe('examples', () => {
  for (const name of exampleNames()) {
    test(name, async () => {
      const { directory, manifests, certificates, flags, statuses } = readExample(name);
      const config = resolveTranslate({ flags: flagsOf(flags), readConfigFile: () => '' });
      assert.ok(config.ok);
      const objects = await objectsOf(directory, manifests, certificates);
      const translation = translationOf(runOffline(objects, config.value.outcome), config.value);
      const judged = translation.statuses
        .filter(({ kind }) => kind === 'IngressRoute')
        .map(({ kind, namespace, name, currentStatus }) => [`${kind} ${namespace}/${name}`, currentStatus]);
      assert.deepEqual(judged, [...statuses].sort());
    });
  }

  test('none holds a key', () => {
    for (const name of exampleNames()) {
      const { directory, manifests } = readExample(name);
      for (const file of manifests)
        for (const document of parseAllDocuments(readFileSync(join(directory, file), 'utf8')))
          assert.notEqual(document.get('kind'), 'Secret', `${name}/${file}`);
    }
  });
});
