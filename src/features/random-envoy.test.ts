// Envoy itself takes what random objects come to, with every setting that changes resources. The generator shows every
// feature of the model, as its own test says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resolveTranslate } from '../config/translate.ts';
import { runOffline } from '../offline.ts';
import type { RawObject } from '../store/events.ts';
import { history } from '../testing/arbitraries.ts';
import { selfSigned } from '../testing/certificates.ts';
import { type Made, refusedByEnvoy, resourcesIn } from '../testing/judged-by-envoy.ts';

const settings: readonly ReadonlyMap<string, string | true>[] = [
  new Map(),
  new Map<string, string | true>([
    ['enable-external-name-service', true],
    ['tls-certificates', 'per-host'],
  ]),
  new Map([['ingressroute-prefix-match', 'string']]),
];

const worlds = 900;

/** Resources of one Envoy: it takes longer the more there are. */
const together = 400;

const identity = ({ kind, metadata }: RawObject): string => {
  const { namespace, name } = Object(metadata);
  return JSON.stringify([kind, namespace, name]);
};

test('every resource of random worlds', async () => {
  const { certificate, key } = await selfSigned('one.com');
  const seed = 1;
  const histories = fc.sample(history({ 'tls.crt': certificate, 'tls.key': key }), { seed, numRuns: worlds });
  const made = new Map<string, Made>();
  for (const [index, happened] of histories.entries()) {
    const config = resolveTranslate({
      flags: settings[index % settings.length] ?? new Map(),
      readConfigFile: () => '',
    });
    assert.ok(config.ok);
    const last = new Map(happened.map((event) => [identity(event.object), event]));
    const objects = [...last.values()].filter(({ type }) => type === 'applied').map(({ object }) => object);
    for (const resource of resourcesIn(runOffline(objects, config.value.outcome).cache)) {
      const { type, name, version } = resource;
      made.set([type, name, version].join(), { origin: `seed ${seed}, world ${index}`, resource });
    }
  }
  const all = [...made.values()];
  assert.ok(all.length > together, `only ${all.length} resources`);
  for (let from = 0; from < all.length; from += together)
    assert.deepEqual(await refusedByEnvoy(all.slice(from, from + together)), []);
});
