// Events of IngressRoutes and the hosts and statuses that they may touch.
import { describe } from 'node:test';
import { applied, delegateTo, delegation, deleted, ingressRoute, routeTo } from '../../testing/manifests.ts';
import { type Row, testRows } from './testing/table.ts';
import { age, edited, objects } from './testing/world.ts';

const shopRoutes = [routeTo('/', 'web'), delegateTo('/cart', 'shop/cart'), delegateTo('/blog', 'blog/posts')];
const other = { annotations: { 'contour.heptio.com/ingress.class': 'other' } };
const sharing = 'm.shop.com shop.com www.shop.com';
const claimants = 'blog/posts shop/cart shop/extra shop/root thief/root thief/rule';

const roots: readonly Row[] = [
  [
    'a root of a new host',
    applied(ingressRoute('shop/new', { fqdn: 'new.com', routes: [routeTo('/', 'web')] })),
    { built: 'new.com', verdicts: 'shop/new' },
  ],
  [
    'a root of a new host that leads to a shared child',
    applied(ingressRoute('shop/new', { fqdn: 'new.com', routes: [delegateTo('/cart', 'shop/cart')] })),
    { built: 'new.com', verdicts: 'shop/cart shop/new' },
  ],
  [
    'a younger root of a host that has one, elsewhere',
    applied(ingressRoute('ops/late', { fqdn: 'shop.com', routes: [], metadata: age(9) })),
    { built: 'shop.com', changed: '', verdicts: 'ops/late' },
  ],
  [
    'an older root of a host that has one, elsewhere',
    applied(
      ingressRoute('thief/old', { fqdn: 'shop.com', routes: [routeTo('/', 'loot')], metadata: age(0) }),
    ),
    { built: 'shop.com', verdicts: `${claimants} thief/old`.split(' ').sort().join(' ') },
  ],
  [
    'a root that goes',
    deleted(objects['shop/www']),
    { built: 'www.shop.com', verdicts: 'shop/cart shop/www' },
  ],
  [
    'a root that goes, and another has its host',
    deleted(objects['shop/root']),
    { built: 'shop.com', verdicts: 'blog/posts shop/cart shop/root thief/root thief/rule' },
  ],
  [
    'a root that had lost its claim goes',
    deleted(objects['thief/root']),
    { built: 'shop.com', changed: '', verdicts: 'thief/root' },
  ],
  [
    'a route more',
    applied(edited('shop/root', { spec: { routes: [...shopRoutes, routeTo('/more', 'web')] } })),
    { built: 'shop.com' },
  ],
  [
    'a route that leads nowhere',
    applied(edited('shop/root', { spec: { routes: [...shopRoutes, routeTo('/more', 'gone')] } })),
    { built: 'shop.com', verdicts: 'shop/root' },
  ],
  [
    'a delegation less',
    applied(edited('shop/root', { spec: { routes: shopRoutes.slice(0, 2) } })),
    { built: 'shop.com', verdicts: 'blog/posts' },
  ],
  [
    'another route of a root that had lost its claim',
    applied(edited('thief/root', { spec: { routes: [] } })),
    { built: 'shop.com', changed: '', verdicts: 'thief/root' },
  ],
  [
    'another fqdn',
    applied(edited('shop/www', { spec: { virtualhost: { fqdn: 'w.shop.com' } } })),
    { built: 'w.shop.com www.shop.com', verdicts: 'shop/cart' },
  ],
  [
    'another fqdn that is taken',
    applied(edited('shop/www', { spec: { virtualhost: { fqdn: 'blog.com' } } })),
    { built: 'blog.com www.shop.com', changed: 'www.shop.com', verdicts: 'shop/cart shop/www' },
  ],
  [
    'an fqdn that is none',
    applied(edited('shop/www', { spec: { virtualhost: { fqdn: '*.com' } } })),
    { built: 'www.shop.com', verdicts: 'shop/cart shop/www' },
  ],
  [
    'the same fqdn in capitals',
    applied(edited('shop/www', { spec: { virtualhost: { fqdn: 'WWW.shop.com' } } })),
    { built: 'www.shop.com', changed: '' },
  ],
  [
    'a class that is not ours',
    applied(edited('shop/www', { metadata: other })),
    { built: 'www.shop.com', verdicts: 'shop/cart shop/www' },
  ],
  [
    'a class that is ours',
    applied(edited('ops/foreign', { metadata: { annotations: {} } })),
    { built: 'foreign.com', verdicts: 'ops/foreign' },
  ],
  [
    'something else in an object of another class',
    applied(edited('ops/foreign', { spec: { routes: [] } })),
    {},
  ],
  [
    'a root without virtualhost any more',
    applied(edited('shop/www', { spec: { virtualhost: null } })),
    { built: 'www.shop.com', verdicts: 'shop/cart shop/www' },
  ],
  [
    'TLS, and its Secret is there',
    applied(
      edited('bank/raw', { spec: { virtualhost: { fqdn: 'raw.bank.com', tls: { secretName: 'tls' } } } }),
    ),
    { built: 'raw.bank.com' },
  ],
  [
    'TLS, and its Secret is missing',
    applied(
      edited('blog/root', { spec: { virtualhost: { fqdn: 'blog.com', tls: { secretName: 'none' } } } }),
    ),
    { built: 'blog.com', verdicts: 'blog/root' },
  ],
  [
    'an older version of TLS',
    applied(
      edited('blog/root', {
        spec: {
          virtualhost: {
            fqdn: 'blog.com',
            tls: { secretName: 'certs/wildcard', minimumProtocolVersion: '1.1' },
          },
        },
      }),
    ),
    { built: 'blog.com' },
  ],
  [
    'no tcpproxy any more',
    applied(edited('bank/db', { spec: { tcpproxy: null } })),
    { built: 'db.bank.com', verdicts: 'bank/db bank/shards' },
  ],
];

const children: readonly Row[] = [
  [
    'a child that was missing',
    applied(ingressRoute('shop/app', { routes: [routeTo('/app', 'web')] })),
    { built: 'm.shop.com', verdicts: 'shop/app shop/mobile' },
  ],
  [
    'a child that nobody leads to',
    applied(ingressRoute('shop/lost', { routes: [routeTo('/', 'web')] })),
    { verdicts: 'shop/lost' },
  ],
  [
    'another route of a shared child',
    applied(edited('shop/cart', { spec: { routes: [routeTo('/cart/b', 'basket')] } })),
    { built: sharing },
  ],
  [
    'a route of a shared child that leads nowhere',
    applied(edited('shop/cart', { spec: { routes: [routeTo('/cart', 'gone')] } })),
    { built: sharing, verdicts: 'shop/cart' },
  ],
  [
    'a route of a shared child outside of its prefix',
    applied(edited('shop/cart', { spec: { routes: [routeTo('/cart', 'basket'), routeTo('/else', 'web')] } })),
    { built: sharing, changed: '', verdicts: 'shop/cart' },
  ],
  [
    'a shared child that goes',
    deleted(objects['shop/cart']),
    { built: sharing, verdicts: 'shop/cart shop/mobile shop/root shop/www' },
  ],
  [
    'a child of another namespace that goes',
    deleted(objects['blog/posts']),
    { built: 'shop.com', verdicts: 'blog/posts shop/root' },
  ],
  ['an orphan that goes', deleted(objects['shop/orphan']), { verdicts: 'shop/orphan' }],
  [
    'an orphan without routes, which is told',
    applied(edited('shop/orphan', { spec: { routes: [] } })),
    { verdicts: 'shop/orphan' },
  ],
  [
    'a shared child that becomes a root',
    applied(edited('shop/cart', { spec: { virtualhost: { fqdn: 'cart.com' } } })),
    { built: `cart.com ${sharing}`, verdicts: 'shop/cart shop/mobile shop/root shop/www' },
  ],
  [
    'a shared child of another class',
    applied(edited('shop/cart', { metadata: other })),
    { built: sharing, verdicts: 'shop/cart shop/mobile shop/root shop/www' },
  ],
  [
    'a child that delegates on',
    applied(edited('shop/cart', { spec: { routes: [delegateTo('/cart', 'shop/orphan')] } })),
    { built: sharing, verdicts: 'shop/cart shop/orphan' },
  ],
  [
    'a child that closes a cycle',
    applied(edited('shop/cart', { spec: { routes: [delegateTo('/cart', 'shop/cart')] } })),
    { built: sharing, verdicts: 'shop/cart' },
  ],
  [
    'the target of a tcpproxy goes',
    deleted(objects['bank/shards']),
    { built: 'db.bank.com', verdicts: 'bank/db bank/shards' },
  ],
  [
    'the target of a tcpproxy leads elsewhere',
    applied(edited('bank/shards', { spec: { tcpproxy: { services: [{ name: 'api', port: 80 }] } } })),
    { built: 'db.bank.com' },
  ],
  [
    'the target of a tcpproxy leads back',
    applied(edited('bank/shards', { spec: { tcpproxy: delegation('bank/db') } })),
    { built: 'db.bank.com', verdicts: 'bank/shards' },
  ],
];

describe('events of roots', () => testRows({ objects }, roots));
describe('events of objects that others delegate to', () => testRows({ objects }, children));
