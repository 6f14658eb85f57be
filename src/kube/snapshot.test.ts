import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StartError } from '../runtime/start-error.ts';
import { eventually } from '../testing/deadline.ts';
import {
  endpointSlice,
  ingress,
  ingressClass,
  ingressRoute,
  routeTo,
  secret,
  service,
} from '../testing/manifests.ts';
import { type ManualClock, manualClock } from '../testing/manual-clock.ts';
import { resources } from './resources.ts';
import { readSnapshot, type Snapshot, type SnapshotOptions } from './snapshot.ts';
import { apiError, FakeApi, type FakeRequest, type Operation } from './testing/fake-api.ts';

const names = (objects: readonly { metadata?: unknown; kind?: unknown }[]) =>
  objects
    .map(({ kind, metadata }) => {
      const { namespace = '', name } = metadata as { readonly namespace?: string; readonly name: string };
      return `${kind} ${namespace}/${name}`;
    })
    .sort();

function reading(api: FakeApi, options: Partial<SnapshotOptions> = {}, clock: ManualClock = manualClock()) {
  const stop = new AbortController();
  const told: number[] = [];
  const result = readSnapshot({
    ...{ api, clock, random: () => 0, signal: stop.signal, files: [] },
    progress: (objects) => told.push(objects),
    ...options,
  });
  result.catch(() => {}); // A test may look at it later.
  return { result, clock, told, stop };
}

/** Lets the pauses between tries pass. */
async function afterPauses(result: Promise<Snapshot>, clock: ManualClock): Promise<Snapshot | Error> {
  const ends: (Snapshot | Error)[] = [];
  result.then(
    (snapshot) => ends.push(snapshot),
    (error) => ends.push(error),
  );
  await eventually(() => {
    clock.advance(100);
    assert.equal(ends.length, 1);
  });
  return ends[0] ?? assert.fail();
}

const secretsAsked = ({ requests }: FakeApi) =>
  requests
    .filter(({ operation }) => operation === 'get')
    .map(({ namespace, name }) => `${namespace}/${name}`);

/** The first so many requests of a kind fail. */
const failing = (operation: Operation, plural: string, code: number, times = Number.POSITIVE_INFINITY) => {
  let left = times;
  return (request: FakeRequest) => {
    if (request.operation !== operation || request.plural !== plural || left === 0) return undefined;
    left--;
    return apiError(code);
  };
};

describe('a cluster is read once', () => {
  it('every kind that verdicts depend on, page by page, and no endpoints', async () => {
    const api = new FakeApi();
    api.pageSize = 2;
    const services = Array.from({ length: 5 }, (_, at) => service(`shop/s${at}`));
    for (const object of services) api.apply(object);
    api.apply(ingressRoute('shop/root', { fqdn: 'a.test' }));
    api.apply(ingress('shop/i', {}));
    api.apply(ingressClass('edge'));
    api.apply(endpointSlice('shop/s0', 's0', ['10.0.0.1']));
    const { result } = reading(api);
    const { objects, absent, forbidden } = await result;
    assert.deepEqual(names(objects), [
      ...['Ingress shop/i', 'IngressClass /edge', 'IngressRoute shop/root'],
      ...['Service shop/s0', 'Service shop/s1', 'Service shop/s2', 'Service shop/s3', 'Service shop/s4'],
    ]);
    assert.deepEqual([absent, forbidden], [[], []]);
    assert.ok(api.requests.every(({ operation }) => operation === 'list'));
  });

  it('of Secrets those that the cluster or the files name, each once', async () => {
    const api = new FakeApi();
    for (const name of ['one', 'two', 'unnamed']) api.apply(secret(`shop/${name}`));
    api.apply(ingressRoute('shop/a', { fqdn: 'a.test', secretName: 'one' }));
    api.apply(ingressRoute('shop/b', { fqdn: 'b.test', secretName: 'one' }));
    const files = [
      ingressRoute('shop/c', { fqdn: 'c.test', secretName: 'two' }),
      ingressRoute('shop/d', { fqdn: 'd.test', secretName: 'none' }),
    ];
    const { objects } = await reading(api, { files }).result;
    assert.deepEqual(
      names(objects).filter((name) => name.startsWith('Secret')),
      ['Secret shop/one', 'Secret shop/two'],
    );
    assert.deepEqual(secretsAsked(api).sort(), ['shop/none', 'shop/one', 'shop/two']);
  });

  it('never more than 16 Secrets at a time', async () => {
    const api = new FakeApi();
    const { promise, resolve } = Promise.withResolvers<void>();
    let open = 0;
    api.faults.push(({ operation }) => {
      if (operation !== 'get') return undefined;
      open++;
      return promise;
    });
    const files = Array.from({ length: 40 }, (_, at) =>
      ingressRoute(`shop/r${at}`, { fqdn: `a${at}.test`, secretName: `s${at}` }),
    );
    const { result } = reading(api, { files });
    await eventually(() => assert.equal(open, 16));
    resolve();
    await result;
    assert.equal(open, 40);
  });
});

describe('what the cluster does not give', () => {
  it('kinds that are not installed are told', async () => {
    const api = new FakeApi();
    api.uninstall(resources.ingressRoutes);
    api.uninstall(resources.tlsCertificateDelegations);
    assert.deepEqual((await reading(api).result).absent, [
      'ingressroutes.contour.heptio.com',
      'tlscertificatedelegations.contour.heptio.com',
    ]);
  });

  it('a Secret that may not be read is no missing one', async () => {
    const api = new FakeApi();
    api.faults.push((request) => (request.name === 'two' ? apiError(403) : undefined));
    api.apply(secret('shop/one'));
    const files = ['one', 'two'].map((name) =>
      ingressRoute(`shop/${name}`, { fqdn: `${name}.test`, secretName: name, routes: [routeTo('/', 'web')] }),
    );
    const { objects, forbidden } = await reading(api, { files }).result;
    assert.deepEqual(names(objects), ['Secret shop/one']);
    assert.deepEqual(forbidden, [{ namespace: 'shop', name: 'two' }]);
  });

  it('a name that no Secret can have is none', async () => {
    const api = new FakeApi();
    api.faults.push(failing('get', 'secrets', 422));
    const files = [ingressRoute('shop/a', { fqdn: 'a.test', secretName: 'No_Name' })];
    assert.deepEqual(await reading(api, { files }).result, { objects: [], absent: [], forbidden: [] });
  });

  const refused: readonly (readonly [code: number, plural: string, expected: RegExp])[] = [
    [403, 'services', /answers 403; allow this user to get and list services in all namespaces/],
    [401, 'ingresses', /answers 401; .*check the token or kubeconfig$/],
    [404, 'services', /answers 404$/],
  ];
  for (const [code, plural, expected] of refused)
    it(`${code} for ${plural} ends it with a remedy`, async () => {
      const api = new FakeApi();
      api.faults.push(failing('list', plural, code));
      await assert.rejects(reading(api).result, (error: unknown) => {
        assert.ok(error instanceof StartError);
        assert.match(error.message, expected);
        return true;
      });
    });
});

describe('what may pass by itself', () => {
  for (const code of [0, 410, 429, 503])
    it(`${code} is tried three times`, async () => {
      for (const [times, succeeds] of [
        [2, true],
        [3, false],
      ] as const) {
        const api = new FakeApi();
        api.apply(service('shop/web'));
        api.faults.push(failing('list', 'services', code, times));
        const { result, clock } = reading(api);
        const end = await afterPauses(result, clock);
        assert.equal(api.requests.filter(({ plural }) => plural === 'services').length, 3);
        if (succeeds) assert.equal('objects' in end && end.objects.length, 1);
        else assert.ok(end instanceof StartError, String(end));
      }
    });

  it('a list whose continue token is too old starts over, without doubles', async () => {
    const api = new FakeApi();
    api.pageSize = 1;
    for (const name of ['a', 'b', 'c']) api.apply(service(`shop/${name}`));
    let compacted = false;
    api.faults.push(({ plural, options }) => {
      if (plural !== 'services' || options?.continueToken === undefined || compacted) return undefined;
      compacted = true;
      api.compact();
      return undefined;
    });
    const { result, clock } = reading(api);
    const end = await afterPauses(result, clock);
    assert.ok(compacted);
    assert.deepEqual(names('objects' in end ? end.objects : []), [
      ...['Service shop/a', 'Service shop/b', 'Service shop/c'],
    ]);
  });
});

describe('time', () => {
  const stuck = () => {
    const api = new FakeApi();
    api.apply(ingressRoute('shop/a'));
    api.faults.push(({ plural }) => (plural === 'services' ? new Promise(() => {}) : undefined));
    return api;
  };

  it('progress is told every two seconds, and not after the end', async () => {
    const { told, clock, result, stop } = reading(stuck());
    await eventually(() => {
      clock.advance(2_000);
      assert.equal(told.at(-1), 1);
    });
    stop.abort();
    await assert.rejects(result, /^StartError: stopped while the cluster was read$/);
    const before = told.length;
    clock.advance(10_000);
    assert.equal(told.length, before);
  });

  it('a quick answer tells none', async () => {
    const { told, result } = reading(new FakeApi());
    await result;
    assert.deepEqual(told, []);
  });

  it('after a minute it is given up', async () => {
    const { clock, result } = reading(stuck());
    clock.advance(60_000);
    await assert.rejects(result, /^StartError: the cluster was not read within 60 s/);
  });

  it('an aborted signal starts nothing that stays', async () => {
    const api = stuck();
    await assert.rejects(reading(api, { signal: AbortSignal.abort() }).result, /stopped/);
  });
});
