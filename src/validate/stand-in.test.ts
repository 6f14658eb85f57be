import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CertificateChecks } from '../dag/certificate.ts';
import { decode } from '../dag/decode/index.ts';
import type { Secret } from '../dag/objects.ts';
import { ingressRoute, routeTo, service } from '../testing/manifests.ts';
import { standInSecret } from './stand-in.ts';
import { judged, words } from './testing/judged.ts';

const decoded = decode(standInSecret({ namespace: 'shop', name: 'cert' }));

test('it passes every check of a certificate and of authorities', () => {
  assert.notEqual(decoded, 'unknown');
  const [secret] = decoded as [Secret];
  const checks = new CertificateChecks();
  assert.ok('certificate' in checks.of(secret));
  assert.ok('ca' in checks.authorities(secret));
});

test('the rest of an object is judged as with the Secret', () => {
  const root = ingressRoute('shop/root', {
    fqdn: 'shop.test',
    secretName: 'cert',
    routes: [routeTo('/', 'web'), routeTo('/no', 'no')],
  });
  const cluster = [service('shop/web')];
  const stand = standInSecret({ namespace: 'shop', name: 'cert' });
  assert.deepEqual(words(judged([root], cluster).after), {
    'IngressRoute/shop/root': 'invalid SecretMissing ServiceMissing',
  });
  assert.deepEqual(words(judged([root], [...cluster, stand]).after), {
    'IngressRoute/shop/root': 'invalid ServiceMissing',
  });
});
