// Addresses, against the platform's own judgement.
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { isIpAddress } from './ip-address.ts';

const texts = [
  ...['10.0.0.1', '0.0.0.0', '255.255.255.255', '256.0.0.1', '01.2.3.4', '1.2.3', '1.2.3.4.5', '1.2.3.4 '],
  ...[
    '',
    'a.com',
    '1.2.3.x',
    '-1.2.3.4',
    '1e1.2.3.4',
    '::',
    '::1',
    '1::',
    'fd00::1',
    'FD00::A',
    '1:2:3:4:5:6:7:8',
  ],
  ...[
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':::',
    ':1',
    '1:',
    '12345::',
    'g::',
    '1:2:3:4:5:6:7::',
  ],
  ...[
    '::2:3:4:5:6:7:8',
    '1::3:4:5:6:7:8',
    '1:2:3:4::5:6:7:8',
    '::ffff:1.2.3.4',
    '::ffff:1.2.3.456',
    '1.2.3.4::',
  ],
  ...[
    '1:2:3:4:5:6:1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3.4:5',
    '[::1]',
    `${'1'.repeat(60)}::`,
    '::1.2.3',
  ],
];

for (const text of texts) {
  test(`"${text}" is ${isIP(text) === 0 ? 'none' : 'an address'}`, () => {
    assert.equal(isIpAddress(text), isIP(text) !== 0);
  });
}

test('zones name an interface of one machine only', () => assert.equal(isIpAddress('fe80::1%eth0'), false));
