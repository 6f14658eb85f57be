// Random worlds in a real Envoy, each a change of the one before: Envoy accepts them all, and answers every request as
// a matcher says that was written from the design alone and shares no code with the product.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type Backend, startBackend } from '../../src/testing/backends.ts';
import { selfSigned } from '../../src/testing/certificates.ts';
import type { KeyPair } from '../../src/testing/objects.ts';
import type { Settings } from './claims.ts';
import { allowedAnswers, type Request } from './matcher.ts';
import type { WorldObject } from './objects.ts';
import { exactHosts, namespaces } from './range.ts';
import { requests } from './requests.ts';
import { shrink } from './shrink.ts';
import { type Stage, startStage } from './stage.ts';
import { type Materials, services, worlds } from './worlds.ts';

/** The seed of a failure, to see the same worlds and requests again. */
const replay: number | undefined = undefined;
const seed = replay ?? randomInt(2 ** 30);

const requestsPerWorld = 12;
const candidatesPerWorld = 60;
/** Of requests to one world that are to be answered the same, so that not most of them are 404. */
const requestsPerAnswer = 2;
/** Smaller worlds that are tried to make a disagreement readable. */
const shrinkBudget = 300;

const usual: Settings = { rootNamespaces: [], disablePermitInsecure: false, prefixMatch: 'segment' };
const runs: readonly { readonly flags: string; readonly settings: Settings; readonly count: number }[] = [
  { flags: 'without flags', settings: usual, count: 1200 },
  {
    flags: '--ingressroute-root-namespaces=b,c --disable-permit-insecure',
    settings: { ...usual, rootNamespaces: ['b', 'c'], disablePermitInsecure: true },
    count: 400,
  },
  {
    flags: '--ingressroute-prefix-match=string',
    settings: { ...usual, prefixMatch: 'string' },
    count: 400,
  },
];

let servers: readonly Backend[];
let materials: Materials;
before(async () => {
  const names = namespaces.flatMap((namespace) => services.map((service) => `${namespace}/${service}`));
  servers = await Promise.all(names.map((name) => startBackend(name)));
  const covered = { names: [...exactHosts, '*.w.com'] };
  const [one, other] = await Promise.all([selfSigned('one.com', covered), selfSigned('one.com', covered)]);
  materials = {
    backends: new Map(servers.map(({ name, port }) => [name, port])),
    certificate: secretData(one),
    mismatched: secretData({ certificate: one.certificate, key: other.key }),
  };
});
after(() => Promise.all(servers.map(({ close }) => close())));

const secretData = ({ certificate, key }: KeyPair) => ({
  'tls.crt': Buffer.from(certificate).toString('base64'),
  'tls.key': Buffer.from(key).toString('base64'),
});

for (const { flags, settings, count } of runs) {
  test(`${flags}: ${count} requests are answered as the design says`, async (t) => {
    const stage = await startStage(settings);
    t.after(stage.close);
    const answers: string[] = [];
    for (let index = 0; answers.length < count; index++) {
      const world = sample(worlds(materials), index);
      await stage.show(world);
      for (const request of varied(world, settings, index).slice(0, count - answers.length)) {
        const answer = await stage.answer(request);
        if (!allowedAnswers(world, request, settings).has(answer))
          assert.fail(await disagreement(stage, { world, request, settings, index }));
        answers.push(answer);
      }
    }
    const kinds = new Set(
      answers.map((answer) =>
        answer
          .replace(/^[a-z]\/.*/, 'backend')
          .slice(0, 7)
          .trim(),
      ),
    );
    assert.deepEqual(
      ['301', '404', '421', '503', 'backend', 'refused'].filter(
        (kind) => ![...kinds].some((one) => one.startsWith(kind)),
      ),
      [],
      `answers that never came, with the seed ${seed}`,
    );
  });
}

const sample = <T>(arbitrary: fc.Arbitrary<T>, index: number): T => {
  const [value] = fc.sample(fc.noBias(arbitrary), { seed: seed + index, numRuns: 1 });
  if (value === undefined) throw new Error('nothing was generated');
  return value;
};

/** Requests to the world that ask for different things. */
function varied(world: readonly WorldObject[], settings: Settings, index: number): readonly Request[] {
  const length = { minLength: candidatesPerWorld, maxLength: candidatesPerWorld };
  const asked = new Map<string, number>();
  return sample(fc.array(requests(world), length), index)
    .filter((request) => {
      const expected = [...allowedAnswers(world, request, settings)].join();
      asked.set(expected, (asked.get(expected) ?? 0) + 1);
      return (asked.get(expected) ?? 0) <= requestsPerAnswer;
    })
    .slice(0, requestsPerWorld);
}

interface Disagreement {
  readonly world: readonly WorldObject[];
  readonly request: Request;
  readonly settings: Settings;
  readonly index: number;
}

/** What to tell about it, in the smallest world that could be found. */
async function disagreement(stage: Stage, found: Disagreement): Promise<string> {
  const { request, settings } = found;
  const disagrees = async (world: readonly WorldObject[]) => {
    await stage.show(world);
    return !allowedAnswers(world, request, settings).has(await stage.answer(request));
  };
  const lasts = await disagrees(found.world);
  const world = lasts ? await shrink(found.world, disagrees, shrinkBudget) : found.world;
  await stage.show(world);
  return [
    `seed ${seed}, world ${found.index}${lasts ? '' : ', gone when it was asked again'}`,
    `request: ${JSON.stringify(request)}`,
    `Envoy: ${await stage.answer(request)}`,
    `the design: ${[...allowedAnswers(world, request, settings)].join(' or ')}`,
    ...world.map((object) => JSON.stringify(object.kind === 'Secret' ? { ...object, data: '...' } : object)),
  ].join('\n');
}
