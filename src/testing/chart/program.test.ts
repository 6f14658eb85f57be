// What the chart starts: the program takes the flags, with memory that fits the limits.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resolveBootstrap } from '../../config/bootstrap.ts';
import { resolveCertgen } from '../../config/certgen.ts';
import { resolveDrain } from '../../config/drain.ts';
import type { Given, Resolved } from '../../config/resolve.ts';
import { resolveServe } from '../../config/serve.ts';
import { isObject, type Json, objectsAt } from '../raw.ts';
import { goldens, valuesOfGolden } from './files.ts';
import { at, container, containersOf, podOf, renderObjects, textsAt } from './objects.ts';

const resolvers: Readonly<Record<string, (given: Given) => Resolved<unknown>>> = {
  serve: resolveServe,
  bootstrap: resolveBootstrap,
  certgen: (given) => resolveCertgen(given, { kubeconfigs: [], inPod: true }),
  drain: resolveDrain,
};

/** `--name=value` and `--switch` as the command line would read them, with what kubelet puts in. */
function givenOf(args: readonly string[]): Given {
  const flags = new Map<string, unknown>();
  for (const arg of args.filter((one) => one.startsWith('--'))) {
    const text = arg.replace('$(POD_NAME)', 'envoy-x7k2p');
    const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/.exec(text) ?? [];
    flags.set(name, value === undefined ? true : repeated.has(name) ? [value] : value);
  }
  return { flags, readConfigFile: () => '' };
}

const repeated = new Set(['ingress-status-address']);

/** Every command line of contour's image. */
function commandLines(objects: readonly Json[]): readonly (readonly string[])[] {
  const containers = objects.flatMap((one) => containersOf(podOf(one) ?? {}));
  const hooks = containers.filter((one) => isObject(one.lifecycle));
  return [
    ...containers.filter(({ name }) => name !== 'envoy').map((one) => textsAt(one, 'args')),
    ...hooks.map((one) => textsAt(at(one, 'lifecycle', 'preStop', 'exec'), 'command').slice(1)),
  ];
}

describe('the program takes every command line', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['as it comes', {}],
    ['deployment', { envoy: { kind: 'deployment' } }],
    ['sidecar', { mode: 'sidecar' }],
    ...goldens().map((name) => [name, valuesOfGolden(name)] as const),
  ];
  for (const [name, values] of cases)
    test(name, async () => {
      const lines = commandLines(await renderObjects(values));
      assert.ok(lines.length >= 4);
      for (const [command = '', ...args] of lines) {
        const result = resolvers[command]?.(givenOf(args));
        assert.deepEqual(result?.ok === false ? result.mistakes : [], [], command);
        assert.ok(result?.ok, `contour has no command ${command}`);
      }
    });
});

describe('memory', () => {
  const limits: readonly (readonly [memory: string | number, mebibytes: number, envoyBytes: number])[] = [
    ['1Gi', 716, 858993459],
    ['1.5Gi', 1075, 1288490188],
    ['512Mi', 358, 429496729],
    ['524288Ki', 358, 429496729],
    ['1G', 667, 800000000],
    ['500M', 333, 400000000],
    ['1073741824', 716, 858993459],
    [1073741824, 716, 858993459],
    [8589934592, 5734, 6871947673],
  ];
  for (const [memory, mebibytes, envoyBytes] of limits)
    test(`${typeof memory} ${memory}`, async () => {
      const resources = { limits: { memory } };
      const objects = await renderObjects({ contour: { resources }, envoy: { resources } });
      const env = objectsAt(container(objects, 'contour'), 'env');
      assert.deepEqual(env, [{ name: 'NODE_OPTIONS', value: `--max-old-space-size=${mebibytes}` }]);
      const args = textsAt(container(objects, 'bootstrap'), 'args');
      assert.ok(args.includes(`--max-heap-bytes=${envoyBytes}`), args.join(' '));
    });

  test('without a limit, V8 and Envoy decide', async () => {
    const resources = { limits: null };
    const objects = await renderObjects({ contour: { resources }, envoy: { resources } });
    assert.deepEqual(objectsAt(container(objects, 'contour'), 'env'), []);
    assert.doesNotMatch(textsAt(container(objects, 'bootstrap'), 'args').join(' '), /max-heap-bytes/);
  });
});
