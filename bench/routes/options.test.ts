// The command line is read whole, and all its mistakes are told.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { parseOptions } from './options.ts';

const folder = mkdtempSync(join(tmpdir(), 'contour-bench-test-'));
writeFileSync(join(folder, 'kube-apiserver'), '', { mode: 0o755 });
after(() => rmSync(folder, { recursive: true }));
const environment = { ENVOY: process.execPath, KUBERNETES_BIN: folder };

describe('options', () => {
  test('sizes are sorted, and each is there once', () => {
    const parsed = parseOptions(['--routes', '5000,100,5000', '--ops=3', '--tls'], environment);
    assert.ok(parsed.kind === 'options');
    assert.deepEqual(parsed.options.sizes, [100, 5000]);
    assert.deepEqual(
      [parsed.options.operations, parsed.options.tls, parsed.options.peer],
      [3, true, undefined],
    );
  });
  test('help comes before mistakes', () => assert.equal(parseOptions(['--help'], {}).kind, 'help'));

  const mistakes: { name: string; argv: string[]; mistake: RegExp }[] = [
    { name: 'no number', argv: ['--routes', '10,x'], mistake: /--routes takes whole numbers/ },
    { name: 'an empty size', argv: ['--routes', '10,'], mistake: /--routes takes whole numbers/ },
    { name: 'no operation', argv: ['--ops', '0'], mistake: /--ops takes a whole number/ },
    { name: 'half an operation', argv: ['--ops', '1.5'], mistake: /--ops takes a whole number/ },
    { name: 'a peer that is not there', argv: ['--peer', '/nowhere/contour'], mistake: /--peer: \/nowhere/ },
    { name: 'a folder as peer', argv: ['--peer', folder], mistake: /is no program/ },
    { name: 'CRDs of no peer', argv: ['--peer-crds', 'x.yaml'], mistake: /of use with --peer only/ },
    { name: 'an unknown flag', argv: ['--size', '3'], mistake: /Unknown option '--size'/ },
  ];
  for (const { name, argv, mistake } of mistakes)
    test(`${name} is a mistake`, () => {
      const parsed = parseOptions(argv, environment);
      assert.ok(parsed.kind === 'mistakes');
      assert.match(parsed.mistakes.join('\n'), mistake);
    });
  test('missing programs are named with a remedy', () => {
    const parsed = parseOptions([], {});
    assert.ok(parsed.kind === 'mistakes');
    assert.match(parsed.mistakes.join('\n'), /set ENVOY .*\n.*set KUBERNETES_BIN/);
  });
});
