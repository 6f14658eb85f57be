// Routes that ask to be served without TLS, where the operator lets them and where not.
import { after, before, describe, test } from 'node:test';
import { selfSigned } from '../../src/testing/certificates.ts';
import { secret } from '../chains/kit/objects.ts';
import { documents, type Manifest } from '../kit/manifests.ts';
import { startWorld, type World } from '../kit/world.ts';

const host = 'shop.com';
const shop = {
  apiVersion: 'contour.heptio.com/v1beta1',
  kind: 'IngressRoute',
  metadata: { namespace: 'e2e', name: 'shop' },
  spec: {
    virtualhost: { fqdn: host, tls: { secretName: 'pair' } },
    routes: [
      { match: '/open', permitInsecure: true, services: [{ name: 'one', port: 80 }] },
      { match: '/', services: [{ name: 'two', port: 80 }] },
    ],
  },
} satisfies Manifest;

for (const [flags, answer] of [
  [[], 'one'],
  [['--disable-permit-insecure'], 301],
] as const) {
  describe(`contour serve ${flags.join(' ')}`, () => {
    let world: World;
    before(async () => {
      const pair = secret('pair', await selfSigned(host));
      world = await startWorld({
        flags,
        files: { 'shop.yaml': documents(pair, shop) },
      });
      await world.answers({ host, tls: { sni: host } }, 'two');
    });
    after(() => world.close());

    test('a route that permits it', () => world.answers({ host, path: '/open' }, answer));
    test('a route that does not', () => world.answers({ host, path: '/' }, 301));
    test('both over TLS', async () => {
      await world.answers({ host, path: '/open', tls: { sni: host } }, 'one');
      await world.answers({ host, path: '/', tls: { sni: host } }, 'two');
    });
  });
}
