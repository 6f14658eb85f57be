import assert from 'node:assert/strict';
import { test } from 'node:test';
import { externalHost, externalNameMistake } from './external-name.ts';

for (const name of [
  'example.com',
  'API.Example.com.',
  'a-b.c_d.example',
  'db.corp.internal',
  'svc.example.com',
  'pod.example.com',
  'eu-1.shop.pod1.example.com',
  'xn--bcher-kva.example',
  '127.0.0.1.example.com',
  'metadata.goog.example.com',
  '1e100.net',
])
  test(`${name} may be used`, () => {
    assert.equal(externalNameMistake(name), undefined);
    assert.equal(externalHost(name), name.toLowerCase().replace(/\.$/, ''));
  });

const refused = [
  ...['', '.', 'localhost', 'LOCALHOST.', 'x.localhost', 'localhost.localdomain', 'printer.local'],
  ...['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0x7f000001', '10.0.0.1', '169.254.169.254', '0.0.0.0'],
  ...['127.0.0.1.', '0177.0.0.1', '017700000001', '127.0.0.0x1', '0X7F000001', '0x', '1.2.3.4.5', '00000.0'],
  ...[
    '::ffff:7f00:1',
    '[::ffff:127.0.0.1]',
    '0:0:0:0:0:0:0:1',
    '::',
    '64:ff9b::7f00:1',
    '１２７.0.0.1',
    '127。0。0。1',
  ],
  ...['a.com..', '.a.com', '*.a.com', 'bücher.example', 'a\tb.com', '%61.com', 'user@a.com', 'http://a.com'],
  ...['kubernetes.default.svc.', 'WEB.shop.SVC.Cluster.Local.', '10-0-0-1.shop.pod.my.domain'],
  ...[
    '2001-db8--1.shop.pod.my.domain',
    'localhost6.localdomain6',
    'metadata.goog',
    'x.metadata.google.internal.',
  ],
  ...['::1', '[::1]', 'fe80::1%eth0', '::ffff:127.0.0.1', 'a..b', '-a.com', 'a b.com', 'a.com/x', 'a.com:80'],
  ...['contour', 'kubernetes.default.svc', 'web.shop.svc.cluster.local', 'web.shop.svc.my.domain', 'x.svc'],
  ...['cluster.local', '1.0.0.127.in-addr.arpa', 'metadata.google.internal', `${'a.'.repeat(127)}com`],
];
for (const name of refused)
  test(`"${name.slice(0, 40)}" is refused`, () => assert.notEqual(externalNameMistake(name), undefined));
