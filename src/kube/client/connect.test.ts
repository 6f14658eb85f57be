import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { StartError } from '../../runtime/start-error.ts';
import { selfSigned } from '../../testing/certificates.ts';
import { manualClock } from '../../testing/manual-clock.ts';
import { resources } from '../resources.ts';
import { startFakeApiServer } from '../testing/fake-api-server.ts';
import { unaborted } from '../testing/fake-api-server-client.ts';
import { createKubeApi } from './client.ts';
import { connect, type Place } from './connect.ts';

const folder = mkdtempSync(join(tmpdir(), 'contour-connect-'));
after(() => rmSync(folder, { recursive: true }));
const pair = await selfSigned('fake-api');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const save = (name: string, text: string) => writeFileSync(join(folder, name), text);
save('ca.crt', pair.certificate);
save('tls.key', pair.key);
save('token', 'from-file\n');

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly rest?: object;
}

/** JSON is YAML. */
function kubeconfig({ cluster, user, rest }: Parts): Place {
  const path = join(folder, 'kubeconfig');
  const document = {
    clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
    users: [{ name: 'u', user: { ...user } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
    ...rest,
  };
  writeFileSync(path, JSON.stringify(document));
  return { kind: 'kubeconfig', path };
}

const text = (content: string): Place => {
  save('text', content);
  return { kind: 'kubeconfig', path: join(folder, 'text') };
};

function refusalOf(place: Place): string {
  try {
    connect(place);
  } catch (error) {
    assert.ok(error instanceof StartError, String(error));
    return error.message;
  }
  return assert.fail('it was taken');
}

describe('a kubeconfig that cannot be used is one line with a remedy', () => {
  const contexts = (context: object) => ({ rest: { contexts: [{ name: 'x', context }] } });
  const ca = base64(pair.certificate);
  for (const [name, place, words] of [
    [
      'no file',
      () => ({ kind: 'kubeconfig', path: '/nowhere/config' }),
      /nowhere\/config cannot be read: no such file/,
    ],
    ['a directory', () => ({ kind: 'kubeconfig', path: folder }), /cannot be read: it is a directory/],
    ['an empty file', () => text('\n'), /is empty/],
    ['a document of null', () => text('null'), /it is not a kubeconfig document/],
    ['text', () => text('hello'), /it has no current-context/],
    ['broken YAML', () => text('users:\n- token: "s3cret\n  x: ]'), /it is not YAML/],
    [
      'a cluster without a server',
      () => text('clusters: [{name: c, cluster: {}}]'),
      /cluster.server is missing/,
    ],
    ['no current context', () => kubeconfig({ rest: { 'current-context': '' } }), /no current-context/],
    [
      'an unknown context',
      () => kubeconfig({ rest: { 'current-context': 'y' } }),
      /current-context "y" is not among/,
    ],
    ['an unknown cluster', () => kubeconfig(contexts({ cluster: 'd', user: 'u' })), /names cluster "d"/],
    ['an unknown user', () => kubeconfig(contexts({ cluster: 'c', user: 'v' })), /names user "v"/],
    ['a server that is no URL', () => kubeconfig({ cluster: { server: 'here' } }), /"here" is not an http/],
    ['a server of another scheme', () => kubeconfig({ cluster: { server: 'ftp://x' } }), /is not an http/],
    ['a server with more', () => kubeconfig({ cluster: { server: 'https://a:b@x' } }), /more than a host/],
    [
      'plain HTTP to elsewhere',
      () => kubeconfig({ cluster: { server: 'http://10.0.0.1' } }),
      /plain text; use https/,
    ],
    ['a strange proxy', () => kubeconfig({ cluster: { 'proxy-url': 'ftp://s3cret' } }), /proxy-url is not/],
    [
      'a CA file that is gone',
      () => kubeconfig({ cluster: { 'certificate-authority': 'gone' } }),
      /gone cannot be read/,
    ],
    [
      'a CA that is none',
      () => kubeconfig({ cluster: { 'certificate-authority-data': 'eA==' } }),
      /cannot be used/,
    ],
    ['a token file that is gone', () => kubeconfig({ user: { tokenFile: 'gone' } }), /gone cannot be read/],
    [
      'a certificate without a key',
      () => kubeconfig({ user: { 'client-certificate-data': ca } }),
      /one is missing/,
    ],
    [
      'a key that is none',
      () => kubeconfig({ user: { 'client-certificate-data': ca, 'client-key-data': 'eA==' } }),
      /cannot be used/,
    ],
  ] as const satisfies readonly (readonly [string, () => Place, RegExp])[]) {
    test(name, () => {
      const message = refusalOf(place());
      assert.match(message, words);
      assert.match(message, /; (correct it, or )?give (another|a kubeconfig) with --kubeconfig$/);
      assert.ok(!/\n|s3cret/.test(message), message);
    });
  }
});

describe('a kubeconfig that can be used', () => {
  test('has its files relative to itself, and a token file that beats a token', async (t) => {
    const server = await startFakeApiServer({ tls: { key: pair.key, cert: pair.certificate } });
    const kubeConfig = connect(
      kubeconfig({
        cluster: { server: server.url, 'certificate-authority': 'ca.crt', 'tls-server-name': 'fake-api' },
        user: { tokenFile: 'token', token: 'old' },
      }),
    );
    const api = createKubeApi({ kubeConfig, clock: manualClock() });
    t.after(async () => {
      await api.close();
      await server.close();
    });
    await api.get(resources.services, { namespace: 'a', name: 'b' }, unaborted());
    assert.equal(server.requests[0]?.headers.authorization, 'Bearer from-file');
  });

  test('plain HTTP to this machine, as for `kubectl proxy`, without a user', async (t) => {
    const server = await startFakeApiServer();
    const rest = { users: [], contexts: [{ name: 'x', context: { cluster: 'c', user: '' } }] };
    const kubeConfig = connect(kubeconfig({ cluster: { server: server.url }, rest }));
    const api = createKubeApi({ kubeConfig, clock: manualClock() });
    t.after(async () => {
      await api.close();
      await server.close();
    });
    assert.equal(await api.get(resources.services, { namespace: 'a', name: 'b' }, unaborted()), undefined);
  });

  for (const [name, parts] of [
    ['plain HTTP that is asked for', { cluster: { server: 'http://x', 'insecure-skip-tls-verify': true } }],
    ['a proxy', { cluster: { 'proxy-url': 'http://proxy:3128' } }],
    ['an exec plugin', { user: { exec: { command: 'login', apiVersion: 'v1' } } }],
    ['an IPv6 address', { cluster: { server: 'https://[::1]:6443' } }],
  ] as const satisfies readonly (readonly [string, Parts])[]) {
    test(name, () => assert.equal(connect(kubeconfig(parts)).getCurrentContext(), 'x'));
  }
});

describe('in a cluster', () => {
  const account = join(folder, 'pod', 'var/run/secrets/kubernetes.io/serviceaccount');
  const root = join(folder, 'pod');
  const remedy = /; run it in a pod with a service account, or give --kubeconfig$/;

  function surroundings(host: string | undefined, port: string | undefined): void {
    for (const [name, value] of Object.entries({ HOST: host, PORT: port })) {
      if (value === undefined) delete process.env[`KUBERNETES_SERVICE_${name}`];
      else process.env[`KUBERNETES_SERVICE_${name}`] = value;
    }
  }

  test('the service account of the pod', () => {
    mkdirSync(account, { recursive: true });
    writeFileSync(join(account, 'ca.crt'), pair.certificate);
    writeFileSync(join(account, 'token'), 'abc');
    surroundings('fd00::1', '443');
    assert.equal(connect({ kind: 'incluster', root }).getCurrentCluster()?.server, 'https://[fd00::1]:443');
  });

  test('elsewhere it is one line with a remedy', () => {
    surroundings(undefined, undefined);
    assert.match(refusalOf({ kind: 'incluster', root }), /^this is not a pod: KUBERNETES_SERVICE_HOST/);
    assert.match(refusalOf({ kind: 'incluster', root }), remedy);
    surroundings('10.0.0.1', undefined);
    assert.match(refusalOf({ kind: 'incluster', root }), remedy);
    surroundings('10.0.0.1', '443');
    const nowhere = join(folder, 'nowhere');
    assert.match(
      refusalOf({ kind: 'incluster', root: nowhere }),
      /serviceaccount\/ca.crt cannot be read: no such file/,
    );
    assert.match(refusalOf({ kind: 'incluster', root: nowhere }), remedy);
    surroundings(undefined, undefined);
  });
});
