// How a route's traffic is shared out over its services.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { externalNameService, service, serviceReference } from '../testing/objects.ts';
import { viewOf } from '../testing/view.ts';
import { AuthoritySizes } from './authority-sizes.ts';
import { CertificateChecks } from './certificate.ts';
import { forwardTo } from './services.ts';

const objects = [
  service('a/one'),
  service('a/two', 80, { port: 90, name: 'web' }),
  service('a/dns', { port: 53, protocol: 'UDP' }, { port: 54, protocol: 'UDP' }, { port: 53 }),
  externalNameService('a/outside', 'localhost'),
  service('b/other'),
];

const cases: readonly (readonly [services: string, shares: string, problems: string])[] = [
  ['one:80', 'one=1', ''],
  ['one:80 two:80', 'one=1 two=1', ''],
  ['one:80=3 two:80=1', 'one=3 two=1', ''],
  ['one:80=5 two:80', 'one=5 two=0', ''],
  ['one:80=0 two:80=0', 'one=1 two=1', ''],
  ['one:80=0 two:80', 'one=1 two=1', ''],
  ['one:80=0 two:80=7', 'one=0 two=7', ''],
  ['none:80', '503', 'error ServiceMissing'],
  ['one:80 none:80', 'one=1 !=1', 'error ServiceMissing'],
  ['one:80=9 none:80=1', 'one=9 !=1', 'error ServiceMissing'],
  ['one:80=9 none:80=0', 'one=9', 'warning ServiceMissing'],
  ['one:80=0 none:80=9', '503', 'error ServiceMissing'],
  ['none:80=0 nil:80=0', '503', 'error ServiceMissing, error ServiceMissing'],
  ['one:81', '503', 'error ServicePortMissing'],
  ['dns:54', '503', 'error ServicePortNotTcp'],
  ['dns:53', 'dns=1', ''],
  ['outside:80', '503', 'error ServiceExternalName'],
  ['other:80', '503', 'error ServiceMissing'],
  [':80', '503', 'error ServiceMissing'],
];
for (const [services, shares, expected] of cases) {
  test(`${services} -> ${shares}`, () => {
    const request = { namespace: 'a', websockets: false, route: '/' };
    const references = services.split(' ').map(serviceReference);
    const { action, problems } = forwardTo(
      {
        view: viewOf(objects),
        checks: new CertificateChecks(),
        authorities: new AuthoritySizes(),
        settings: {},
      },
      { ...request, services: references },
    );
    const backends = action.kind === 'forward' ? action.backends : [];
    const got = backends.map(({ cluster, weight }) => `${cluster?.service ?? '!'}=${weight}`).join(' ');
    assert.equal(action.kind === 'respond' ? String(action.status) : got, shares);
    assert.equal(problems.map(({ severity, code }) => `${severity} ${code}`).join(', '), expected);
  });
}

test('a cluster has the number and the name of its port, however it was named', () => {
  for (const port of [90, 'web']) {
    const services = [{ name: 'two', port, weight: undefined }];
    const { action } = forwardTo(
      {
        view: viewOf(objects),
        checks: new CertificateChecks(),
        authorities: new AuthoritySizes(),
        settings: {},
      },
      {
        namespace: 'a',
        services,
        websockets: true,
        route: undefined,
      },
    );
    const cluster = { namespace: 'a', service: 'two', port: 90, portName: 'web' };
    assert.deepEqual(action, { kind: 'forward', backends: [{ cluster, weight: 1 }], websockets: true });
  }
});
