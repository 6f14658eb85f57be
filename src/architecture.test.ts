// The structure that design and style promise, checked on every source; and each check, on what it must refuse.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, test } from 'node:test';
import { registries, rules } from './testing/architecture.ts';
import { codeOf, importsOf, type Source } from './testing/imports.ts';

const root = join(import.meta.dirname, '..');
const ignored = readFileSync(join(root, '.gitignore'), 'utf8')
  .split('\n')
  .filter((line) => line.endsWith('/'))
  .map((line) => line.slice(0, -1));

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.name === '.git' || ignored.some((name) => path === name || entry.name === name)) return [];
    if (entry.isDirectory()) return filesOf(path);
    return entry.isFile() ? [path.split(sep).join('/')] : [];
  });
}

const read = (path: string): Source => ({ path, text: readFileSync(join(root, path), 'utf8') });
const shipped = filesOf('src').filter((path) => /\.ts$/.test(path) && !/\.test\.ts$|\/testing\//.test(path));

describe('every source keeps the rules', () => {
  for (const [name, rule] of Object.entries(rules)) {
    test(name, () => assert.deepEqual(shipped.map(read).flatMap(rule), []));
  }

  test('no file names a package registry', () => {
    assert.deepEqual(filesOf('').map(read).flatMap(registries), []);
  });

  test('generated files are not committed', () => {
    for (const folder of ['node_modules', 'dist', 'protos/gen', 'protos/build']) {
      assert.ok(ignored.includes(folder), `.gitignore lacks ${folder}/`);
    }
    const generated = filesOf('').filter((path) => /_pb\.(js|ts)$|_pb\.d\.ts$/.test(path));
    assert.deepEqual(generated, []);
  });

  test('the sources were found', () => assert.ok(shipped.includes('src/pipeline.ts')));
});

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 60);
const longPipeline = 'export const a = 1;\n'.repeat(120);

const refused: Readonly<Record<keyof typeof rules, readonly (readonly [path: string, text: string])[]>> = {
  direction: [
    ['src/dag/host.ts', "import { a } from '../envoy/route.ts';"],
    ['src/dag/host.ts', "import type { A } from '../store/store.ts';"],
    ['src/dag/host.ts', "import { systemClock } from '../runtime/clock.ts';"],
    ['src/dag/ingress/host.ts', "import {\n  a,\n  b,\n} from '../../kube/api.ts';"],
    ['src/envoy/route.ts', "import { a } from '../xds/cache.ts';"],
    ['src/envoy/route.ts', "export { a } from '../store/store.ts';"],
    ['src/xds/cache.ts', "import type { Host } from '../dag/model.ts';"],
    ['src/store/store.ts', "import '../kube/client.ts';"],
    ['src/kube/client.ts', "const a = await import('../ops/http.ts');"],
    ['src/runtime/log.ts', "import { a } from '../config/config.ts';"],
    ['src/config/resolve.ts', "import { a } from '../envoy/translate.ts';"],
    ['src/config/resolve.ts', "import { type A, b } from '../envoy/translate.ts';"],
    ['src/pipeline.ts', "import { a } from './commands/serve.ts';"],
    ['src/commands/serve.ts', "import { a } from '../testing/world.ts';"],
  ],
  purity: [
    ['src/dag/host.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/dag/host.ts', "import { create } from '@bufbuild/protobuf';"],
    ['src/envoy/route.ts', "import { isIP } from 'node:net';"],
    ['src/envoy/route.ts', "import { V1Service } from '@kubernetes/client-node';"],
    ['src/xds/delta-stream.ts', "import { Server } from '@grpc/grpc-js';"],
    ['src/xds/server.ts', "import { readFileSync } from 'node:fs';"],
    ['src/dag/host.ts', "const winston = await import('winston');"],
  ],
  wiring: [
    ['src/pipeline.ts', longPipeline],
    ['src/commands/serve.ts', "import { createGraph } from '../dag/graph.ts';"],
    ['src/offline.ts', "import { createStore } from './store/store.ts';"],
  ],
  reservations: [
    ['src/commands/serve.ts', 'process.exit(1);'],
    ['src/commands/serve.ts', 'process.exitCode = 1;'],
    ['src/ops/http.ts', 'const home = process.env.HOME;'],
    ['src/ops/http.ts', 'const { env, argv } = process;'],
    ['src/ops/http.ts', "import { env } from 'node:process';"],
    ['src/kube/reflector.ts', 'setTimeout(() => {}, 10);'],
    ['src/kube/reflector.ts', 'const id = setInterval(poll, 10);'],
    ['src/kube/reflector.ts', 'const now = Date.now();'],
    ['src/kube/reflector.ts', 'const now = new Date();'],
    ['src/kube/reflector.ts', `const text = \`at \${performance.now()}\`;`],
    ['src/kube/reflector.ts', "import { setTimeout as sleep } from 'node:timers/promises';"],
    ['src/kube/reflector.ts', 'const jitter = Math.random();'],
    ['src/dag/host.ts', "console.log('here');"],
    ['src/ops/http.ts', 'console.error(problem);'],
  ],
  exhaustiveness: [
    ['src/dag/host.ts', 'switch (a.kind) {\n  case 1:\n    return 1;\n  default:\n    return 2;\n}'],
    ['src/dag/host.ts', 'switch (a.kind) { default: { break; } }'],
  ],
};

const accepted: readonly (readonly [path: string, text: string])[] = [
  [
    'src/dag/host.ts',
    "import { hash } from 'node:crypto';\nimport type { Clock } from '../runtime/clock.ts';",
  ],
  [
    'src/envoy/route.ts',
    "import { create } from '@bufbuild/protobuf';\nimport { a } from '../xds/resource.ts';",
  ],
  ['src/xds/server.ts', "import { Server } from '@grpc/grpc-js';\nimport { a } from '../runtime/clock.ts';"],
  ['src/config/resolve.ts', "import type { A } from '../envoy/translate.ts';\nconst a = process.env.A;"],
  ['src/commands/serve.ts', "import type { Graph } from '../dag/graph.ts';\nconsole.log('ready');"],
  ['src/runtime/clock.ts', 'const now = Date.now(); setTimeout(f, 1); const d = new Date();'],
  [
    'src/ops/http.ts',
    'socket.setTimeout(10); const at = new Date(0); // no setTimeout() here, default: none',
  ],
  ['src/ops/http.ts', "const text = 'http://x'; /* process.exit(1) */"],
  ['src/main.ts', 'process.exit(0);'],
  ['src/dag/host.ts', 'switch (a.kind) {\n  default:\n    return unreachable(a);\n}'],
];

describe('each rule refuses what it should', () => {
  for (const [name, cases] of Object.entries(refused)) {
    const rule = rules[name as keyof typeof rules];
    for (const [path, text] of cases) {
      test(`${name}: ${path}: ${oneLine(text)}`, () => assert.equal(rule({ path, text }).length, 1));
    }
  }

  for (const [path, text] of accepted) {
    test(`accepted: ${path}: ${oneLine(text)}`, () => {
      assert.deepEqual(
        Object.values(rules).flatMap((rule) => rule({ path, text })),
        [],
      );
    });
  }

  test('a registry in any file', () => {
    const text = `"resolved": "https://${['registry', 'npmjs', 'org'].join('.')}/a/-/a-1.tgz"`;
    assert.equal(registries({ path: 'package-lock.json', text }).length, 1);
  });
});

test('imports are read from text', () => {
  const text = [
    "import { a, type B } from './a.ts'; // import './comment.ts'",
    "import type C from '../c.ts';",
    "import { type D } from 'd';",
    "export * from './e.ts';",
    "const f = '// import'; await import('f/g');",
  ].join('\n');
  assert.deepEqual(importsOf({ path: 'src/x/y.ts', text }), [
    { target: 'src/x/a.ts', own: true, typeOnly: false },
    { target: 'src/c.ts', own: true, typeOnly: true },
    { target: 'd', own: false, typeOnly: true },
    { target: 'src/x/e.ts', own: true, typeOnly: false },
    { target: 'f/g', own: false, typeOnly: false },
  ]);
  assert.equal(codeOf("a('//'); // b"), "a('//'); ");
});
