// The examples of docs/ingressroute.md, judged as their folders say. e2e/examples.test.ts sends the requests.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { type Example, exampleNames, readExample } from '../../examples/ingressroute/example.ts';
import { makeSecrets } from '../../examples/ingressroute/prepare.ts';
import { resolveTranslate } from '../config/translate.ts';
import { readManifests } from '../kube/manifests/read.ts';
import { runOffline, translationOf } from '../offline.ts';
import type { RawObject } from '../store/events.ts';

async function objectsOf(example: Example) {
  const objects: RawObject[] = [];
  const take = (text: string, file: string) => {
    const read = readManifests(text, file);
    assert.deepEqual(read.problems, []);
    objects.push(...read.objects.map(({ object }) => object));
  };
  for (const file of example.manifests) take(readFileSync(join(example.directory, file), 'utf8'), file);
  const { manifests } = await makeSecrets(example);
  for (const [name, manifest] of manifests) take(manifest, name);
  return objects;
}

const flagsOf = (flags: readonly string[]): ReadonlyMap<string, unknown> =>
  new Map(
    flags.map((flag) => {
      const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/.exec(flag) ?? [];
      return [name, value ?? true];
    }),
  );

describe('examples', () => {
  for (const name of exampleNames()) {
    test(name, async () => {
      const example = readExample(name);
      const config = resolveTranslate({ flags: flagsOf(example.flags), readConfigFile: () => '' });
      assert.ok(config.ok);
      const objects = await objectsOf(example);
      const translation = translationOf(runOffline(objects, config.value.outcome), config.value);
      const judged = translation.statuses
        .filter(({ kind }) => kind === 'IngressRoute')
        .map(({ kind, namespace, name, currentStatus }) => [`${kind} ${namespace}/${name}`, currentStatus]);
      assert.deepEqual(judged, [...example.statuses].sort());
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
