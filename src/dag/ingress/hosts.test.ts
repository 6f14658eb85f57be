// An Ingress with many hosts is looked through once for all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingress, path, rule, service } from '../../testing/objects.ts';
import { defaultSettings, viewOf } from '../../testing/view.ts';
import { buildHost, createMemory } from '../host.ts';
import { IngressHosts } from './hosts.ts';

test('hosts are found without case; the first TLS entry of a host counts', () => {
  const one = ingress('a/i', {
    rules: [rule('A.com', path('/', 'web:80')), rule('', path('/all', 'web:80')), rule('no host!')],
    tls: { 'b.com A.COM': 'first', 'a.com': 'second', '': 'all' },
  });
  const { rules, tls, tlsForAll } = new IngressHosts().of(one);
  assert.deepEqual([...rules.keys()], ['a.com', '*']);
  assert.equal(tls.get('a.com')?.secretName, 'first');
  assert.equal(tlsForAll?.secretName, 'all');
});

test('building all hosts of an object reads its rules once', () => {
  const hosts = Array.from({ length: 50 }, (_, index) => `h${index}.com`);
  let reads = 0;
  const rules = hosts.map((host) => ({
    get host() {
      reads++;
      return host;
    },
    paths: [path('/', 'web:80')],
  }));
  const object = ingress('a/i', { rules });
  // The view looks through its objects by itself for every question.
  const view = { ...viewOf([service('a/web')]), claimants: () => [object] };
  const memory = createMemory();
  for (const host of hosts)
    assert.equal(buildHost(view, defaultSettings, host, memory).host?.http?.length, 1);
  assert.equal(reads, hosts.length);
});
