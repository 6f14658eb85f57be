// The example workload: what it answers, how it ends, and that its manifests are what contour serves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { createKuard } from '../../examples/example-workload/kuard/server.ts';
import { stripped } from './strip.mjs';

const workload = join(import.meta.dirname, '../../examples/example-workload');

describe('kuard answers', () => {
  const { server } = createKuard({ host: 'pod-1', version: '<2>' });
  let address = '';
  before(async () => {
    address = await listening(server);
  });
  after(() => server.close());

  test('with the request as JSON', async () => {
    for (const [path, headers] of [
      ['/a?b=c', { accept: 'text/plain, application/json;q=0.5' }],
      ['/a?format=json', {}],
    ]) {
      const answer = await fetch(address + path, { headers: { ...headers, 'x-team': 'blue' } });
      assert.equal(answer.headers.get('content-type'), 'application/json');
      assert.equal(answer.headers.get('x-kuard-host'), 'pod-1');
      const { host, version, request } = await answer.json();
      assert.deepEqual({ host, version }, { host: 'pod-1', version: '<2>' });
      assert.equal(request.method, 'GET');
      assert.equal(request.url, path);
      assert.equal(request.headers['x-team'], 'blue');
    }
  });

  test('with a page in which nothing of the client is markup', async () => {
    const answer = await fetch(`${address}/`, { headers: { 'x-team': '<script>"&\'' } });
    const page = await answer.text();
    assert.match(page, /<td>&#60;script&#62;&#34;&#38;&#39;<\/td>/);
    assert.match(page, /<h1>kuard &#60;2&#62;<\/h1>/);
    assert.doesNotMatch(page, /<script/);
  });

  test('probes, other methods and odd paths', async () => {
    for (const path of ['/healthy', '/ready']) {
      const answer = await fetch(address + path);
      assert.equal(`${answer.status} ${await answer.text()}`, '200 ok\n');
    }
    const posted = await fetch(`${address}/form?format=json`, { method: 'POST', body: 'x'.repeat(300_000) });
    assert.equal((await posted.json()).request.method, 'POST');
    assert.equal((await fetch(`${address}//[`)).status, 200);
  });
});

test('after SIGTERM it is not ready, answers everybody, and waits for its connections', async () => {
  const { server, drain } = createKuard({ host: 'pod-1', version: '1' });
  const address = await listening(server);
  const agent = new Agent({ keepAlive: true });
  assert.equal((await ask(agent, `${address}/`)).connection, 'keep-alive');

  const waits = [];
  let go = () => {};
  const wait = (ms) => {
    waits.push(ms);
    return new Promise((resolve) => {
      go = resolve;
    });
  };
  let ended = false;
  const drained = drain({ lingerMs: 5_000, limitMs: 60_000, wait }).then(() => {
    ended = true;
  });
  assert.deepEqual(waits, [5_000]);
  go();
  // The idle connection is still open, so there is another look.
  while (waits.length < 2) await new Promise(setImmediate);
  assert.equal(ended, false);
  const fresh = await fetch(`${address}/ready`);
  assert.equal(`${fresh.status} ${await fresh.text()}`, '503 draining\n');
  assert.deepEqual(await ask(agent, `${address}/`), { status: 200, connection: 'close' });
  agent.destroy();
  while (!ended) {
    go();
    await new Promise(setImmediate);
  }
  await drained;
  server.close();
});

test('a connection that never ends is waited for until the limit', async () => {
  const { server, drain } = createKuard({ host: 'pod-1', version: '1' });
  const agent = new Agent({ keepAlive: true });
  await ask(agent, `${await listening(server)}/`);
  const waits = [];
  await drain({ lingerMs: 1_000, limitMs: 1_300, wait: async (ms) => void waits.push(ms) });
  assert.deepEqual(waits, [1_000, 100, 100, 100]);
  agent.destroy();
  server.close();
});

test('stripping leaves no types and finds the other files', () => {
  const text = "import { type A, b } from './b.ts';\nexport const c = (d: A): string => b(d);\n";
  assert.equal(
    stripped(text),
    "import {         b } from './b.js';\nexport const c = (d   )         => b(d);\n",
  );
});

describe('its manifests', () => {
  const read = (name) =>
    parseAllDocuments(readFileSync(join(workload, name), 'utf8')).map((document) => document.toJS());
  const [deployment, service, ingress] = read('kuard.yaml');
  const [route] = read('kuard-ingressroute.yaml');
  const { spec } = deployment.spec.template;
  const [container] = spec.containers;

  test('run without any privilege', () => {
    assert.equal(spec.automountServiceAccountToken, false);
    assert.deepEqual(
      { ...spec.securityContext, ...container.securityContext },
      {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    );
  });

  test('lead from every host, and from one of its own, to the pods', () => {
    assert.deepEqual(service.spec.selector, deployment.spec.template.metadata.labels);
    assert.equal(service.spec.ports[0].targetPort, container.ports[0].name);
    assert.deepEqual(ingress.spec.defaultBackend.service, { name: 'kuard', port: { number: 80 } });
    for (const { services } of route.spec.routes) assert.deepEqual(services, [{ name: 'kuard', port: 80 }]);
  });
});

async function listening(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}`;
}

function ask(agent, url) {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve({ status: answer.statusCode, connection: answer.headers.connection }));
    }).on('error', reject);
  });
}
