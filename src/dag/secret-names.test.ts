import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RawObject } from '../store/events.ts';
import * as manifests from '../testing/manifests.ts';
import { decode } from './decode/index.ts';
import { secretsNamedBy } from './secret-names.ts';

const ingress = (secretNames: readonly string[]): RawObject => ({
  ...manifests.ingress('a/x', {}),
  spec: { tls: secretNames.map((secretName) => ({ hosts: ['one.com'], secretName })) },
});
const root = (secretName: string) => manifests.ingressRoute('a/x', { fqdn: 'one.com', secretName });

const validating = (where: manifests.Where, caSecret: string): RawObject => ({
  ...manifests.ingressRoute(where),
  spec: {
    routes: [{ match: '/', services: [{ name: 'web', port: 443, validation: { caSecret } }] }],
    tcpproxy: { services: [{ name: 'web', port: 443, validation: { caSecret: 'ca2' } }] },
  },
});

const cases: readonly [name: string, object: RawObject, expected: readonly string[]][] = [
  ['a root', root('s'), ['a/s']],
  ['a root, another namespace', root('b/s'), ['b/s']],
  ['a root, no name', root(''), []],
  ['a root, not a name', root('b/c/s'), []],
  ['a root without TLS', manifests.ingressRoute('a/x', { fqdn: 'one.com' }), []],
  ['a delegated IngressRoute', manifests.ingressRoute('a/x'), []],
  ['authorities of its services', validating('a/x', 'ca'), ['a/ca', 'a/ca2']],
  ['authorities that can be none', validating('a/x', 'b/ca'), ['a/ca2']],
  ['an Ingress', ingress(['s', 'b/t', '/']), ['a/s', 'b/t']],
  ['a Service', manifests.service('a/s'), []],
];

describe('secretsNamedBy', () => {
  for (const [name, object, expected] of cases) {
    test(name, () => {
      const decoded = decode(object);
      assert.ok(decoded !== 'unknown');
      const named = decoded.flatMap(secretsNamedBy);
      assert.deepEqual(
        named.map((one) => `${one.namespace}/${one.name}`),
        expected,
      );
    });
  }
});
