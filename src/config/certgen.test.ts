import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CertgenSurroundings, resolveCertgen } from './certgen.ts';
import { resolveDrain } from './drain.ts';
import type { Given } from './resolve.ts';

const given = (flags: Readonly<Record<string, unknown>>): Given => ({
  flags: new Map(Object.entries(flags)),
  readConfigFile: () => assert.fail('there is no config file'),
});
const laptop: CertgenSurroundings = { kubeconfigs: ['/home/me/.kube/config'], inPod: false };
const certgen = (flags: Readonly<Record<string, unknown>>, around = laptop) =>
  resolveCertgen(given(flags), around);

describe('certgen', () => {
  it('writes files, or Secrets with the names of the documents', () => {
    const files = certgen({ output: 'certs', 'dns-name': ['Contour.example.com'] });
    assert.deepEqual(files.ok && files.value, {
      target: { kind: 'files', directory: 'certs', namespace: undefined },
      ...{ dnsNames: ['contour.example.com'], days: 365, overwrite: false },
    });
    const secrets = certgen({ kube: true, namespace: 'infra' });
    assert.deepEqual(secrets.ok && secrets.value.target, {
      ...{ kind: 'secrets', namespace: 'infra', names: { contour: 'contourcert', envoy: 'envoycert' } },
      cluster: { kind: 'kubeconfig', path: '/home/me/.kube/config' },
    });
  });

  it('takes the cluster that is named, else that of its pod, else that of kubectl', () => {
    const cluster = (flags: Readonly<Record<string, unknown>>, around: CertgenSurroundings) => {
      const resolved = certgen({ kube: true, ...flags }, around);
      return resolved.ok && resolved.value.target.kind === 'secrets' && resolved.value.target.cluster;
    };
    const pod = { ...laptop, inPod: true };
    assert.deepEqual(cluster({}, pod), { kind: 'incluster' });
    assert.deepEqual(cluster({ incluster: true }, laptop), { kind: 'incluster' });
    assert.deepEqual(cluster({ kubeconfig: 'F' }, pod), { kind: 'kubeconfig', path: 'F' });
  });

  const wrong: readonly (readonly [flags: Readonly<Record<string, unknown>>, expected: RegExp])[] = [
    [{}, /^no place for the certificates; give --kube .* or --output FOLDER/],
    [{ kube: true, output: 'x' }, /^--kube and --output are two places; give one of them$/],
    [{ output: 'x', kubeconfig: 'F' }, /^--kubeconfig says which cluster; give --kube instead of --output/],
    [{ kube: true, incluster: true, kubeconfig: 'F' }, /are different clusters/],
    [{ kube: true, 'contour-secret': 'a', 'envoy-secret': 'a' }, /are both a; give two names$/],
    [{ output: 'x', 'certificate-lifetime': '30' }, /give a number of days from 31 to 3650$/],
    [{ output: 'x', 'dns-name': ['10.0.0.1'] }, /give a DNS name$/],
  ];
  for (const [flags, expected] of wrong)
    it(`${JSON.stringify(flags)}: what to do`, () => {
      const resolved = certgen(flags);
      assert.ok(!resolved.ok);
      assert.equal(resolved.mistakes.length, 1, String(resolved.mistakes));
      assert.match(String(resolved.mistakes), expected);
    });
});

describe('drain', () => {
  it('takes times as people write them', () => {
    const times: readonly (readonly [text: string, ms: number])[] = [
      ['90s', 90_000],
      ['1m30s', 90_000],
      ['2m', 120_000],
      ['6500ms', 6_500],
      ['1m1s1ms', 61_001],
    ];
    for (const [timeout, ms] of times) {
      const resolved = resolveDrain(given({ timeout }));
      assert.equal(resolved.ok && resolved.value.timeoutMs, ms, timeout);
    }
    const usual = resolveDrain(given({}));
    assert.deepEqual(usual.ok && usual.value, {
      adminSocket: '/tmp/contour-envoy-admin.sock',
      ...{ delayMs: 5_000, timeoutMs: 60_000, wait: false },
    });
  });

  for (const timeout of ['5', '', '5h', '1s1m', 's', '-5s', '5 s', '1e3s'])
    it(`"${timeout}" is no time`, () => {
      const resolved = resolveDrain(given({ timeout }));
      assert.match(resolved.ok ? 'ok' : String(resolved.mistakes), /give a time such as 5s/);
    });

  it('has time left after the delay', () => {
    const resolved = resolveDrain(given({ delay: '60s' }));
    assert.match(resolved.ok ? 'ok' : String(resolved.mistakes), /^--delay is part of --timeout/);
  });
});
