import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeFakeEnvoy } from '../testing/fake-envoy.ts';
import { checkEnvoyBinary } from './envoy-binary.ts';

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'envoy-binary-'));
  await writeFakeEnvoy(join(directory, 'new'), '1.38.0');
  await writeFakeEnvoy(join(directory, 'next'), '2.0.1');
  await writeFakeEnvoy(join(directory, 'old'), '1.37.9');
  await writeFile(join(directory, 'text'), 'words');
  await writeFile(join(directory, 'other'), '#!/bin/sh\necho version 3');
  await writeFile(join(directory, 'failing'), '#!/bin/sh\necho broken >&2; exit 3');
  for (const name of ['other', 'failing']) await chmod(join(directory, name), 0o700);
});
after(() => rm(directory, { recursive: true }));

for (const [name, version] of [
  ['new', '1.38.0'],
  ['next', '2.0.1'],
] as const) {
  test(`Envoy ${version} will do`, async () => {
    assert.equal(await checkEnvoyBinary(join(directory, name)), version);
  });
}

const mistakes: readonly (readonly [string, RegExp])[] = [
  ['old', /^\S+ is Envoy 1\.37\.9; at least 1\.38 is needed .*--envoy/],
  ['missing', /^there is no \S+: give --envoy/],
  ['text', /is not executable: run chmod \+x/],
  ['other', /is not an Envoy: .*--envoy/],
  ['failing', /--version fails \(broken\): give --envoy/],
];
for (const [name, message] of mistakes) {
  test(`a binary that is ${name} is one clear line`, async () => {
    await assert.rejects(checkEnvoyBinary(join(directory, name)), (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes('\n'));
      return error.name === 'StartError';
    });
  });
}
