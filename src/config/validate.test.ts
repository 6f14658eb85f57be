import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { describe, it } from 'node:test';
import { kubeconfigFiles } from './environment.ts';
import { resolveValidate } from './validate.ts';

const around = {
  codes: ['ServiceMissing', 'SecretMissing', 'Orphaned'],
  kubeconfigs: ['/home/me/.kube/config'],
};

function resolve(flags: Readonly<Record<string, unknown>>, kubeconfigs = around.kubeconfigs) {
  const given = { flags: new Map(Object.entries(flags)), readConfigFile: () => '' };
  return resolveValidate(given, { ...around, kubeconfigs });
}
function value(flags: Readonly<Record<string, unknown>>) {
  const resolved = resolve(flags);
  assert.ok(resolved.ok, resolved.ok ? '' : resolved.mistakes.join('\n'));
  return resolved.value;
}
function mistakes(...args: Parameters<typeof resolve>) {
  const resolved = resolve(...args);
  return resolved.ok ? [] : resolved.mistakes;
}

describe('validate', () => {
  it('has the documented defaults', () => {
    const { outcome, ...rest } = value({});
    assert.deepEqual(rest, {
      ...{ output: 'table', strict: false, ignored: [], namespace: undefined, cluster: undefined },
    });
    assert.deepEqual(outcome.graph, {
      ...{
        rootNamespaces: new Set(),
        disablePermitInsecure: false,
        prefixMatch: 'segment',
        minimumTlsVersion: '1.2',
      },
    });
  });

  it('takes the flags that change what objects mean', () => {
    const { outcome } = value({
      'ingress-class-name': 'edge',
      'ingressroute-root-namespaces': 'a, b',
      'ingressroute-prefix-match': 'string',
      'disable-permit-insecure': true,
    });
    assert.equal(outcome.store.ingressClassName, 'edge');
    assert.deepEqual(outcome.graph, {
      ...{
        rootNamespaces: new Set(['a', 'b']),
        disablePermitInsecure: true,
        prefixMatch: 'string',
        minimumTlsVersion: '1.2',
      },
    });
  });

  it('takes codes in lists and in several flags, each once', () => {
    assert.deepEqual(
      value({ ignore: ['ServiceMissing, SecretMissing', 'Orphaned,ServiceMissing'] }).ignored,
      [...['ServiceMissing', 'SecretMissing', 'Orphaned']],
    );
  });

  it('knows the codes, and what was meant', () => {
    assert.deepEqual(mistakes({ ignore: ['ServiceMissng', 'quite another\u001b'] }), [
      '--ignore: there is no problem "ServiceMissng"; did you mean ServiceMissing?',
      '--ignore: there is no problem "quite another\\u001b"; docs/problems.md lists them',
    ]);
  });

  it('finds the cluster as kubectl does', () => {
    assert.deepEqual(value({ 'against-cluster': true }).cluster, {
      ...{ kind: 'kubeconfig', path: '/home/me/.kube/config' },
    });
    assert.deepEqual(value({ 'against-cluster': true, kubeconfig: 'k' }).cluster, {
      ...{ kind: 'kubeconfig', path: 'k' },
    });
    assert.deepEqual(value({ 'against-cluster': true, incluster: true }).cluster, { kind: 'incluster' });
  });

  const wrong: readonly (readonly [
    flags: Record<string, unknown>,
    kubeconfigs: string[],
    expected: RegExp,
  ])[] = [
    [{ kubeconfig: 'k' }, [], /^--kubeconfig says which cluster; add --against-cluster/],
    [{ incluster: true }, [], /^--incluster says which cluster; add --against-cluster/],
    [
      { 'against-cluster': true, incluster: true, kubeconfig: 'k' },
      [],
      /^--kubeconfig and --incluster are different clusters/,
    ],
    [{ 'against-cluster': true }, ['a', 'b'], /^KUBECONFIG names several files.*--kubeconfig/],
    [{ namespace: 'No_Such' }, [], /^--namespace: "No_Such" is wrong; give the name of a namespace/],
    [{ ignore: [' '] }, [], /^--ignore: .* is wrong; give codes of problems/],
  ];
  for (const [flags, kubeconfigs, expected] of wrong)
    it(`refuses ${JSON.stringify(flags)}`, () => {
      const [first = '', ...others] = mistakes(flags, kubeconfigs);
      assert.match(first, expected);
      assert.deepEqual(others, []);
    });
});

describe('the kubeconfig files of kubectl', () => {
  it('are those of KUBECONFIG, or the one of the home directory', () => {
    assert.deepEqual(kubeconfigFiles({ KUBECONFIG: 'a::b' }), ['a', 'b']);
    for (const environment of [{}, { KUBECONFIG: '' }])
      assert.deepEqual(kubeconfigFiles(environment), [`${homedir()}/.kube/config`]);
  });
});
