// Events of IngressClasses and the hosts and statuses that they may touch.
import { describe } from 'node:test';
import {
  applied,
  deleted,
  ingress,
  ingressClass,
  ingressRoute,
  routeTo,
  service,
} from '../../testing/manifests.ts';
import { type Row, testRows } from './testing/table.ts';
import { objects } from './testing/world.ts';

/** No flag: the class `contour`, every IngressClass of our controller, and no class are ours. */
const unnamed: readonly Row[] = [
  [
    'one of ours that an Ingress names',
    applied(ingressClass('special')),
    { built: 'classed.com', verdicts: 'ops/classed' },
  ],
  [
    'one of another controller that an Ingress names',
    applied(ingressClass('special', { controller: 'other' })),
    {},
  ],
  ['one that nobody names', applied(ingressClass('unused')), {}],
  ['a default class changes nothing', applied(ingressClass('unused', { isDefault: true })), {}],
];

const ofClass = (name: string, ingressClass?: string) =>
  ingress(`shop/${name}`, { hosts: { [`${name}.com`]: 'web' }, ...(ingressClass && { ingressClass }) });

/** The flag says `ours`; then objects without a class are ours only by the default class. */
const named = {
  'shop/plain': ofClass('plain'),
  'shop/ours': ofClass('ours', 'ours'),
  'shop/theirs': ofClass('theirs', 'theirs'),
  'shop/root': ingressRoute('shop/root', { fqdn: 'plain.com', routes: [routeTo('/root', 'web')] }),
  'shop/web': service('shop/web'),
  theirs: ingressClass('theirs'),
};
const byName: readonly Row[] = [
  ['ours', applied(ingressClass('ours')), {}],
  [
    'ours, the default',
    applied(ingressClass('ours', { isDefault: true })),
    { built: 'plain.com', verdicts: 'shop/plain' },
  ],
  ['another, the default', applied(ingressClass('theirs', { isDefault: true })), {}],
  ['another that goes', deleted(ingressClass('theirs')), {}],
];
const byDefault = { ...named, ours: ingressClass('ours', { isDefault: true }) };
const noDefault: readonly Row[] = [
  [
    'ours, the default no more',
    applied(ingressClass('ours')),
    { built: 'plain.com', verdicts: 'shop/plain' },
  ],
  ['ours, the default, goes', deleted(ingressClass('ours')), { built: 'plain.com', verdicts: 'shop/plain' }],
  ['another controller of ours', applied(ingressClass('ours', { isDefault: true, controller: 'other' })), {}],
];

describe('events of IngressClasses', () => testRows({ objects }, unnamed));
describe('events of IngressClasses, one by name', () =>
  testRows({ objects: named, ingressClassName: 'ours' }, byName));
describe('events of IngressClasses, the default by name', () =>
  testRows({ objects: byDefault, ingressClassName: 'ours' }, noDefault));
