// What can stay, and what is said of the rest.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { selfSigned } from '../testing/certificates.ts';
import type { Found, Issued } from './credentials.ts';
import { issue } from './issue.ts';
import { faultOf, lastDay } from './judge.ts';

const now = new Date('2026-03-01T12:00:00Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const judge = { now, names: ['contour'] };
const make = (names: readonly string[] = ['contour', 'contour.ns'], days = 365) =>
  issue({ now, days, names });

let ours: Issued;
let others: Issued;
before(async () => {
  [ours, others] = await Promise.all([make(), make()]);
});

const changed = (party: 'contour' | 'envoy', change: Partial<Found['contour']>): Found => ({
  ...ours,
  [party]: { ...ours[party], ...change },
});

describe('credentials', () => {
  it('that are well stay until 30 days before their end', () => {
    assert.equal(faultOf(ours, judge), undefined);
    assert.equal(faultOf(ours, { ...judge, now: later(334) }), undefined);
    assert.match(
      faultOf(ours, { ...judge, now: later(335.1) }) ?? '',
      /^contour\/tls.crt expires on 2027-03-01$/,
    );
    assert.match(faultOf(ours, { ...judge, now: later(366) }) ?? '', /expired on 2027-03-01$/);
    assert.equal(lastDay(ours).toISOString(), '2027-03-01T12:00:00.000Z');
  });

  it('may begin an hour ago by another clock, and not earlier', () => {
    assert.equal(faultOf(ours, { ...judge, now: later(-0.04) }), undefined);
    assert.match(faultOf(ours, { ...judge, now: later(-1) }) ?? '', /is valid from 2026-03-01 on only$/);
  });

  const faults: readonly (readonly [name: string, found: () => Found, expected: RegExp])[] = [
    ['nothing', () => ({ contour: {}, envoy: {} }), /^there are none yet$/],
    [
      'empty values',
      () => ({ contour: { authority: '', certificate: '', key: '' }, envoy: {} }),
      /^there are none yet$/,
    ],
    ['one side', () => ({ ...ours, envoy: {} }), /^envoy\/ca.crt is missing$/],
    ['no key', () => changed('contour', { key: '' }), /^contour\/tls.key is missing$/],
    [
      'a key of another',
      () => changed('envoy', { key: others.envoy.key }),
      /^envoy\/tls.key is not the key of envoy\/tls.crt$/,
    ],
    ['a key that is none', () => changed('envoy', { key: 'x' }), /^what is there for envoy cannot be read/],
    [
      'no certificate in the file',
      () => changed('contour', { certificate: 'hello' }),
      /^contour\/tls.crt has no certificate$/,
    ],
    [
      'a broken certificate',
      () => changed('contour', { certificate: ours.contour.certificate.replace(/\n.{20}/, '\n') }),
      /^what is there for contour cannot be read/,
    ],
    [
      'an authority that does not know the other side',
      () => changed('contour', { authority: others.contour.authority }),
      /^envoy\/tls.crt does not come from an authority of contour\/ca.crt/,
    ],
    [
      'sides of two runs',
      () => ({ contour: ours.contour, envoy: others.envoy }),
      /^contour\/tls.crt does not come from an authority of envoy\/ca.crt/,
    ],
    [
      'sides that are exchanged',
      () => ({ contour: ours.envoy, envoy: ours.contour }),
      /^contour\/tls.crt is not for servers$/,
    ],
  ];
  for (const [name, found, expected] of faults)
    it(`${name}: a fault`, () => assert.match(faultOf(found(), judge) ?? 'none', expected));

  it('lack a name', () => {
    assert.equal(faultOf(ours, { now, names: ['contour', 'CONTOUR.ns'] }), undefined);
    assert.equal(
      faultOf(ours, { now, names: ['contour', 'x.test'] }),
      'contour/tls.crt is not for the name x.test',
    );
  });

  it('of an authority that ends before them are renewed in time', async () => {
    const short = await selfSigned('authority');
    const found = changed('contour', { authority: short.certificate });
    assert.match(faultOf(found, judge) ?? 'none', /does not come from an authority of contour\/ca.crt/);
  });

  it('stay if an old authority is trusted beside the right one', () => {
    const both = (issued: Issued) => others.contour.authority + issued.contour.authority;
    const found = {
      contour: { ...ours.contour, authority: both(ours) },
      envoy: { ...ours.envoy, authority: both(ours) },
    };
    assert.equal(faultOf(found, judge), undefined);
  });

  it('that are long beyond measure take bounded work', () => {
    const many = others.contour.certificate.repeat(5_000);
    assert.match(faultOf(changed('contour', { authority: many }), judge) ?? 'none', /does not come from/);
  });
});
