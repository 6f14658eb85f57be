// Events of everything that IngressRoutes lead to or share hosts with, and the hosts and statuses that they may touch.
import { describe } from 'node:test';
import {
  applied,
  certificateDelegation,
  deleted,
  endpointSlice,
  ingress,
  secret,
  service,
} from '../../testing/manifests.ts';
import { type Row, testRows } from './testing/table.ts';
import { age, authority, edited, keyPair, objects, otherAuthority, otherKeyPair } from './testing/world.ts';

const other = { annotations: { 'kubernetes.io/ingress.class': 'other' } };
const usersOfBasket = 'm.shop.com shop.com www.shop.com';
const usersOfTls = 'bank.com db.bank.com';

const ingresses: readonly Row[] = [
  [
    'one of a new host',
    applied(ingress('shop/new', { hosts: { 'new.com': 'web' } })),
    { built: 'new.com', verdicts: 'shop/new' },
  ],
  [
    'one that shares a host with a root of its namespace',
    applied(ingress('shop/new', { hosts: { 'www.shop.com': 'web' }, metadata: age(7) })),
    { built: 'www.shop.com', verdicts: 'shop/new' },
  ],
  [
    'one that wants the host of another namespace',
    applied(ingress('ops/new', { hosts: { 'www.shop.com': 'tool' }, metadata: age(7) })),
    { built: 'www.shop.com', changed: '', verdicts: 'ops/new' },
  ],
  [
    'one with two hosts',
    applied(
      ingress('shop/new', {
        hosts: { 'new.com': 'web', 'files.shop.com': 'web' },
        path: '/new',
        metadata: age(7),
      }),
    ),
    { built: 'files.shop.com new.com', verdicts: 'shop/new' },
  ],
  ['one that goes', deleted(objects['shop/files']), { built: 'files.shop.com', verdicts: 'shop/files' }],
  [
    'one that goes and leaves its host to a root',
    deleted(objects['shop/extra']),
    { built: 'shop.com', verdicts: 'shop/extra' },
  ],
  [
    'one that had lost its claim goes',
    deleted(objects['thief/rule']),
    { built: 'shop.com', changed: '', verdicts: 'thief/rule' },
  ],
  [
    'another Service',
    applied(ingress('shop/files', { hosts: { 'files.shop.com': 'basket' }, metadata: age(1) })),
    { built: 'files.shop.com' },
  ],
  [
    'another host',
    applied(ingress('shop/files', { hosts: { 'f.shop.com': 'web' }, metadata: age(1) })),
    { built: 'f.shop.com files.shop.com' },
  ],
  [
    'a path that a root has',
    applied(ingress('shop/extra', { hosts: { 'shop.com': 'web' }, path: '/', metadata: age(2) })),
    { built: 'shop.com', verdicts: 'shop/extra' },
  ],
  [
    'another class',
    applied(edited('shop/files', { metadata: other })),
    { built: 'files.shop.com', verdicts: 'shop/files' },
  ],
  [
    'the class by field',
    applied(edited('shop/files', { spec: { ingressClassName: 'other' } })),
    { built: 'files.shop.com', verdicts: 'shop/files' },
  ],
];

const services: readonly Row[] = [
  ['one that nobody names', applied(service('shop/new')), {}],
  ['one that was missing', applied(service('ops/none')), {}],
  ['one that goes', deleted(objects['shop/basket-service']), { built: usersOfBasket, verdicts: 'shop/cart' }],
  [
    'one that goes, of two kinds of objects',
    deleted(objects['shop/web-service']),
    { built: 'files.shop.com shop.com', verdicts: 'shop/extra shop/files shop/root' },
  ],
  [
    'one of connections that goes',
    deleted(objects['bank/ledger-service']),
    { built: 'db.bank.com raw.bank.com', verdicts: 'bank/raw bank/shards' },
  ],
  [
    'one without a share of the connections goes',
    deleted(objects['bank/spare-service']),
    { built: 'raw.bank.com', verdicts: 'bank/raw' },
  ],
  [
    'another port',
    applied(service('shop/basket', { ports: [{ port: 81 }] })),
    { built: usersOfBasket, verdicts: 'shop/cart' },
  ],
  [
    'a name for its port',
    applied(service('shop/basket', { ports: [{ port: 80, name: 'http' }] })),
    { built: usersOfBasket },
  ],
  [
    'a port more, which nobody names',
    applied(service('shop/basket', { ports: [{ port: 80 }, { port: 81, name: 'b' }] })),
    { built: usersOfBasket, changed: '' },
  ],
  [
    'a protocol that is not TCP',
    applied(service('shop/basket', { ports: [{ port: 80, protocol: 'UDP' }] })),
    { built: usersOfBasket, verdicts: 'shop/cart' },
  ],
  [
    'an annotation that is read',
    applied(service('shop/basket', {}, { 'max-connections': '9' })),
    { built: usersOfBasket },
  ],
  [
    'an annotation that can not be read',
    applied(service('shop/basket', {}, { 'max-connections': 'many' })),
    { built: usersOfBasket, changed: '', verdicts: 'shop/cart' },
  ],
  [
    'TLS no more, which validation needs',
    applied(service('bank/api')),
    { built: 'bank.com', verdicts: 'bank/root' },
  ],
  [
    'an annotation that is not read',
    applied(edited('shop/basket-service', { metadata: { annotations: { a: 'b' } } })),
    {},
  ],
  ['labels', applied(edited('shop/basket-service', { metadata: { labels: { a: 'b' } } })), {}],
  ['a selector', applied(edited('shop/basket-service', { spec: { selector: { a: 'b' } } })), {}],
  ['a status', applied(edited('shop/basket-service', { more: { status: { loadBalancer: {} } } })), {}],
];

const slices: readonly Row[] = [
  ['one more', applied(endpointSlice('shop/more', 'basket', ['10.0.0.2'])), { endpoints: 'shop/basket' }],
  [
    'other addresses',
    applied(endpointSlice('shop/web-slice', 'web', ['10.0.0.3'])),
    { endpoints: 'shop/web' },
  ],
  ['one that goes', deleted(objects['shop/web-slice']), { endpoints: 'shop/web' }],
  [
    'another Service',
    applied(endpointSlice('shop/web-slice', 'basket', ['10.0.0.1'])),
    { endpoints: 'shop/basket shop/web' },
  ],
  [
    'an address that Envoy may not have',
    applied(endpointSlice('shop/web-slice', 'web', ['10.0.0.1', 'localhost'])),
    {},
  ],
  ['one of a Service that nobody uses', applied(endpointSlice('ops/more', 'tool', ['10.0.0.2'])), {}],
  [
    'labels',
    applied(
      edited('shop/web-slice', { metadata: { labels: { 'kubernetes.io/service-name': 'web', a: 'b' } } }),
    ),
    {},
  ],
];

const secrets: readonly Row[] = [
  ['one that nobody names', applied(secret('certs/new', keyPair)), {}],
  ['one that nobody names goes', deleted(objects['certs/spare-secret']), {}],
  ['another key pair', applied(secret('bank/tls', otherKeyPair)), { built: usersOfTls }],
  [
    'another key pair, of another namespace',
    applied(secret('certs/wildcard', otherKeyPair)),
    { built: 'blog.com' },
  ],
  [
    'a key of another certificate',
    applied(secret('bank/tls', { ...keyPair, 'tls.key': otherKeyPair['tls.key'] })),
    { built: usersOfTls, verdicts: 'bank/db bank/root bank/shards' },
  ],
  [
    'nothing in it',
    applied(secret('bank/tls')),
    { built: usersOfTls, verdicts: 'bank/db bank/root bank/shards' },
  ],
  [
    'another type',
    applied(secret('certs/wildcard', keyPair, 'Opaque')),
    { built: 'blog.com', verdicts: 'blog/root' },
  ],
  ['one that goes', deleted(objects['certs/wildcard-secret']), { built: 'blog.com', verdicts: 'blog/root' }],
  ['a key of its data that is not read', applied(secret('bank/tls', { ...keyPair, more: 'x' })), {}],
  [
    'authorities beside the key pair, which nobody asked for',
    applied(secret('bank/tls', { ...keyPair, ...authority })),
    { built: usersOfTls, changed: '' },
  ],
  ['other authorities', applied(secret('bank/ca', otherAuthority, 'Opaque')), { built: 'bank.com' }],
  ['no authorities', applied(secret('bank/ca', {}, 'Opaque')), { built: 'bank.com', verdicts: 'bank/root' }],
  ['the authorities go', deleted(objects['bank/ca-secret']), { built: 'bank.com', verdicts: 'bank/root' }],
];

const granted = (secretName: string, targets: readonly string[]) =>
  applied(certificateDelegation('certs/grants', secretName, targets));

const delegations: readonly Row[] = [
  [
    'one more, of another secret',
    applied(certificateDelegation('certs/more', 'spare', ['*'])),
    { verdicts: 'certs/more' },
  ],
  [
    'one more, of what is granted already',
    applied(certificateDelegation('certs/more', 'wildcard', ['blog'])),
    { verdicts: 'certs/more' },
  ],
  [
    'one more, for somebody who waits for it',
    applied(certificateDelegation('certs/more', 'wildcard', ['thief'])),
    { built: 'thief.com', verdicts: 'certs/more thief/tls' },
  ],
  [
    'one of another namespace says nothing',
    applied(certificateDelegation('thief/more', 'wildcard', ['thief'])),
    { verdicts: 'thief/more' },
  ],
  ['a target more', granted('wildcard', ['blog', 'thief']), { built: 'thief.com', verdicts: 'thief/tls' }],
  ['a target more that nobody waits for', granted('wildcard', ['blog', 'shop']), {}],
  [
    'for all',
    granted('wildcard', ['*']),
    { built: 'blog.com thief.com', changed: 'thief.com', verdicts: 'thief/tls' },
  ],
  [
    'for all but in name',
    granted('wildcard', ['blog', '*']),
    { built: 'blog.com thief.com', changed: 'thief.com', verdicts: 'thief/tls' },
  ],
  ['for nobody any more', granted('wildcard', ['shop']), { built: 'blog.com', verdicts: 'blog/root' }],
  ['of another secret', granted('spare', ['blog']), { built: 'blog.com', verdicts: 'blog/root' }],
  [
    'one that goes',
    deleted(objects['certs/grants']),
    { built: 'blog.com', verdicts: 'blog/root certs/grants' },
  ],
  [
    'one that can not be read',
    applied(edited('certs/grants', { spec: { delegations: 7 } })),
    { built: 'blog.com', verdicts: 'blog/root certs/grants' },
  ],
];

describe('events of Ingresses', () => testRows({ objects }, ingresses));
describe('events of Services', () => testRows({ objects }, services));
describe('events of EndpointSlices', () => testRows({ objects }, slices));
describe('events of Secrets', () => testRows({ objects }, secrets));
describe('events of TLSCertificateDelegations', () => testRows({ objects }, delegations));
