// Where the connections of a host go that a root hands on, and what is told to whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfSigned } from '../../testing/certificates.ts';
import {
  type Id,
  ingress,
  ingressRoute,
  path,
  route,
  rule,
  service,
  tcpProxy,
  tlsSecret,
} from '../../testing/objects.ts';
import { defaultSettings, viewOf } from '../../testing/view.ts';
import { buildHost } from '../host.ts';
import type { IngressRoute, KubernetesObject, TcpProxySpec, TlsSpec } from '../objects.ts';

const host = 'a.com';
const secret = tlsSecret('a/cert', await selfSigned(host));
const passthrough = { passthrough: true };
const root = (tls: string | Partial<TlsSpec>, tcpproxy: TcpProxySpec): IngressRoute =>
  ingressRoute('a/root', { fqdn: host, tls, tcpproxy });
const child = (id: Id, tcpproxy: TcpProxySpec) => ingressRoute(id, { tcpproxy });
const to = (name: string, namespace?: string) => tcpProxy('', { delegate: { name, namespace } });

interface Case {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  /** `SERVICE=WEIGHT` of each backend, `!` for one that is missing; undefined: no connections are handed on. */
  readonly backends: string | undefined;
  readonly problems?: Readonly<Record<string, readonly string[]>>;
}

const cases: readonly Case[] = [
  {
    name: 'passthrough, by weight',
    objects: [root(passthrough, tcpProxy('web:80=3 api:80=1'))],
    backends: 'web=3 api=1',
  },
  { name: 'with a certificate', objects: [root('cert', tcpProxy('web:80')), secret], backends: 'web=1' },
  {
    name: 'routes beside it have no effect',
    objects: [{ ...root(passthrough, tcpProxy('web:80')), routes: [route('/', 'api:80')] }],
    backends: 'web=1',
    problems: { 'IngressRoute/a/root': ['RoutesIgnored?'] },
  },
  {
    name: 'a share whose Service is missing stays one',
    objects: [root(passthrough, tcpProxy('web:80 none:80'))],
    backends: 'web=1 !=1',
    problems: { 'IngressRoute/a/root': ['ServiceMissing'] },
  },
  {
    name: 'no Service is there',
    objects: [root(passthrough, tcpProxy('none:80'))],
    backends: '',
    problems: { 'IngressRoute/a/root': ['ServiceMissing'] },
  },
  {
    name: 'neither services nor delegate',
    objects: [root(passthrough, tcpProxy(''))],
    backends: '',
    problems: { 'IngressRoute/a/root': ['NoTarget'] },
  },
  {
    name: 'services and delegate',
    objects: [root(passthrough, { ...to('x'), services: tcpProxy('web:80').services })],
    backends: '',
    problems: { 'IngressRoute/a/root': ['ServicesAndDelegate'] },
  },
  {
    name: 'a port that can not be',
    objects: [root(passthrough, tcpProxy('web:0'))],
    backends: '',
    problems: { 'IngressRoute/a/root': ['PortOutOfRange'] },
  },
  {
    name: 'delegated twice, with the Services of the last namespace',
    objects: [root(passthrough, to('x', 'b')), child('b/x', to('y')), child('b/y', tcpProxy('web:80'))],
    backends: 'web=1',
  },
  {
    name: 'a target that is missing',
    objects: [root(passthrough, to('x'))],
    backends: '',
    problems: { 'IngressRoute/a/root': ['DelegateMissing'] },
  },
  {
    name: 'a target that is a root',
    objects: [root(passthrough, to('x')), ingressRoute('a/x', { fqdn: 'b.com' })],
    backends: '',
    problems: { 'IngressRoute/a/root': ['DelegateIsRoot'] },
  },
  {
    name: 'a target without tcpproxy',
    objects: [root(passthrough, to('x')), ingressRoute('a/x', { routes: [route('/', 'web:80')] })],
    backends: '',
    problems: { 'IngressRoute/a/root': ['DelegateHasNoTcpProxy'] },
  },
  {
    name: 'a cycle',
    objects: [root(passthrough, to('x')), child('a/x', to('y')), child('a/y', to('x'))],
    backends: '',
    problems: { 'IngressRoute/a/y': ['DelegationCycle'] },
  },
  {
    name: 'a cycle through the root is that of a target that is a root',
    objects: [root(passthrough, to('root'))],
    backends: '',
    problems: { 'IngressRoute/a/root': ['DelegationCycle'] },
  },
  {
    name: 'a target that can not be read as a whole',
    objects: [
      root(passthrough, to('x')),
      {
        ...child('a/x', tcpProxy('web:80')),
        malformed: [{ path: 'spec.routes', message: 'must be a list' }],
      },
    ],
    backends: '',
    problems: { 'IngressRoute/a/x': ['MalformedField'] },
  },
  {
    name: 'a certificate that is missing: nothing, and nothing unencrypted in its place',
    objects: [root('none', tcpProxy('web:80'))],
    backends: undefined,
    problems: { 'IngressRoute/a/root': ['SecretMissing'] },
  },
];

for (const { name, objects, backends, problems = {} } of cases) {
  test(name, () => {
    const all = [...objects, service('a/web'), service('a/api'), service('b/web')];
    const { host: built, reports } = buildHost(viewOf(all), defaultSettings, host);
    const shares = built?.tcp?.backends.map(({ cluster, weight }) => `${cluster?.service ?? '!'}=${weight}`);
    assert.equal(shares?.join(' '), backends);
    assert.deepEqual(built?.http, []);
    assert.equal(built?.https === undefined, backends !== undefined);
    const codes = [...reports].flatMap(([key, { own, chain }]) => {
      const found = [...own, ...chain].map(
        ({ code, severity }) => code + (severity === 'warning' ? '?' : ''),
      );
      return found.length > 0 ? [[key, found]] : [];
    });
    assert.deepEqual(Object.fromEntries(codes), problems);
  });
}

test('its source, its chain, and where the last object is reached from', () => {
  const objects = [root(passthrough, to('x')), child('a/x', to('y')), child('a/y', tcpProxy('web:80'))];
  const { host: built, reports } = buildHost(viewOf([...objects, service('a/web')]), defaultSettings, host);
  assert.equal(built?.tcp?.source, 'IngressRoute/a/y');
  assert.deepEqual(built?.tcp?.chain, ['IngressRoute/a/root', 'IngressRoute/a/x']);
  const reached = { fqdn: host, prefix: '', root: 'a/root', tls: true };
  assert.deepEqual(reports.get('IngressRoute/a/y')?.reachedFrom, [reached]);
});

test('a chain of 10,000 reads each object once', () => {
  const length = 10_000;
  const objects = Array.from({ length }, (_, index) =>
    child(`a/n${index}`, index === length - 1 ? tcpProxy('web:80') : to(`n${index + 1}`)),
  );
  const view = viewOf([root(passthrough, to('n0')), ...objects, service('a/web')]);
  const { host: built } = buildHost(view, defaultSettings, host);
  assert.equal(built?.tcp?.chain.length, 64);
  assert.ok([...view.reads.values()].every((count) => count === 1));
});

test('an Ingress of the namespace keeps its paths on the plain listener', () => {
  const acme = ingress('a/acme', { rules: [rule(host, path('/x', 'web:80'))] });
  const objects = [root(passthrough, tcpProxy('web:80')), acme, service('a/web')];
  const { host: built } = buildHost(viewOf(objects), defaultSettings, host);
  assert.deepEqual(
    built?.http?.map(({ match }) => match.path),
    ['/x'],
  );
  assert.ok(built?.tcp);
});
