// A world of six tenants in which everything depends on something: what each host and object is made of is told in a
// line beside it, and the tables of events build on it.
import type { RawObject } from '../../../store/events.ts';
import { selfSigned } from '../../../testing/certificates.ts';
import {
  certificateDelegation,
  delegateTo,
  delegation,
  endpointSlice,
  ingress,
  ingressRoute,
  routeTo,
  secret,
  service,
} from '../../../testing/manifests.ts';

/** Claims are ranked by age: the first of a host's claimants is its owner. */
export const age = (day: number): object => ({ creationTimestamp: `2020-01-${10 + day}T00:00:00Z` });

const pair = await selfSigned('*.com');
const other = await selfSigned('*.com');

export const keyPair = { 'tls.crt': pair.certificate, 'tls.key': pair.key };
export const otherKeyPair = { 'tls.crt': other.certificate, 'tls.key': other.key };
export const authority = { 'ca.crt': pair.certificate };
export const otherAuthority = { 'ca.crt': other.certificate };

const to = (name: string, more: object = {}) => ({ services: [{ name, port: 80, ...more }] });

/** By what they are called in the tables: `namespace/name`, each once over all kinds. */
export const objects = {
  // shop.com: a root, a child here and one elsewhere, and an Ingress of the same namespace.
  'shop/root': ingressRoute('shop/root', {
    fqdn: 'shop.com',
    routes: [routeTo('/', 'web'), delegateTo('/cart', 'shop/cart'), delegateTo('/blog', 'blog/posts')],
    metadata: age(1),
  }),
  'shop/extra': ingress('shop/extra', {
    hosts: { 'shop.com': 'web' },
    path: '/extra',
    metadata: age(2),
  }),
  // www.shop.com and m.shop.com share the child; m.shop.com leads to a child that doesn't exist, too.
  'shop/www': ingressRoute('shop/www', {
    fqdn: 'www.shop.com',
    routes: [delegateTo('/cart', 'shop/cart')],
    metadata: age(1),
  }),
  'shop/mobile': ingressRoute('shop/mobile', {
    fqdn: 'm.shop.com',
    routes: [delegateTo('/cart', 'shop/cart'), delegateTo('/app', 'shop/app')],
    metadata: age(1),
  }),
  'shop/cart': ingressRoute('shop/cart', { routes: [{ match: '/cart', ...to('basket') }] }),
  'shop/orphan': ingressRoute('shop/orphan', { routes: [routeTo('/orphan', 'web')] }),
  'shop/files': ingress('shop/files', { hosts: { 'files.shop.com': 'web' }, metadata: age(1) }),
  'shop/web-service': service('shop/web'),
  'shop/web-slice': endpointSlice('shop/web-slice', 'web', ['10.0.0.1']),
  'shop/basket-service': service('shop/basket'),

  // blog.com: over TLS, with a certificate of another namespace.
  'blog/root': ingressRoute('blog/root', {
    fqdn: 'blog.com',
    secretName: 'certs/wildcard',
    routes: [routeTo('/', 'pages')],
    metadata: age(1),
  }),
  'blog/posts': ingressRoute('blog/posts', { routes: [routeTo('/blog', 'pages')] }),
  'blog/pages-service': service('blog/pages'),
  'certs/wildcard-secret': secret('certs/wildcard', keyPair),
  'certs/spare-secret': secret('certs/spare', keyPair),
  'certs/grants': certificateDelegation('certs/grants', 'wildcard', ['blog']),

  // Losers: two of shop.com, and a host whose certificate isn't granted.
  'thief/root': ingressRoute('thief/root', {
    fqdn: 'shop.com',
    routes: [routeTo('/', 'loot')],
    metadata: age(5),
  }),
  'thief/rule': ingress('thief/rule', { hosts: { 'shop.com': 'loot' }, metadata: age(6) }),
  'thief/tls': ingressRoute('thief/tls', {
    fqdn: 'thief.com',
    secretName: 'certs/wildcard',
    routes: [routeTo('/', 'loot')],
    metadata: age(1),
  }),
  'thief/loot-service': service('thief/loot'),

  // bank.com: its Service is validated. db.bank.com: connections, by delegation. raw.bank.com: passthrough.
  'bank/root': ingressRoute('bank/root', {
    fqdn: 'bank.com',
    secretName: 'bank/tls',
    routes: [{ match: '/', ...to('api', { validation: { caSecret: 'ca', subjectName: 'api' } }) }],
    metadata: age(1),
  }),
  'bank/db': ingressRoute('bank/db', {
    fqdn: 'db.bank.com',
    secretName: 'tls',
    tcpproxy: delegation('bank/shards'),
    metadata: age(1),
  }),
  'bank/shards': ingressRoute('bank/shards', { tcpproxy: to('ledger') }),
  'bank/raw': ingressRoute('bank/raw', {
    fqdn: 'raw.bank.com',
    tls: { passthrough: true },
    tcpproxy: {
      services: [
        { name: 'ledger', port: 80, weight: 1 },
        { name: 'spare', port: 80, weight: 0 },
      ],
    },
    metadata: age(1),
  }),
  'bank/api-service': service('bank/api', {}, { 'upstream-protocol.tls': '80' }),
  'bank/ledger-service': service('bank/ledger'),
  'bank/spare-service': service('bank/spare'),
  'bank/tls-secret': secret('bank/tls', keyPair),
  'bank/ca-secret': secret('bank/ca', authority, 'Opaque'),

  // Of other classes: not ours, so that nothing is known of them.
  'ops/foreign': ingressRoute('ops/foreign', {
    fqdn: 'foreign.com',
    routes: [routeTo('/', 'tool')],
    metadata: { ...age(1), annotations: { 'kubernetes.io/ingress.class': 'other' } },
  }),
  'ops/classed': ingress('ops/classed', {
    hosts: { 'classed.com': 'tool' },
    ingressClass: 'special',
    metadata: age(1),
  }),
  'ops/tool-service': service('ops/tool'),
} as const;

export type Name = keyof typeof objects;

/** The object with other fields in its spec, its metadata, or beside them. */
export function edited(name: Name, parts: { spec?: object; metadata?: object; more?: object }): RawObject {
  const object: RawObject = objects[name];
  return {
    ...object,
    ...parts.more,
    metadata: { ...Object(object.metadata), ...parts.metadata },
    ...(object.spec !== undefined && { spec: { ...Object(object.spec), ...parts.spec } }),
  };
}
