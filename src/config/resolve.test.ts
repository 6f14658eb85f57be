import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveBootstrap } from './bootstrap.ts';
import { notYetBuilt, serveFlags } from './flags.ts';
import type { Given, Resolved } from './resolve.ts';
import { resolveServe } from './serve.ts';
import { resolveTranslate } from './translate.ts';

const given = (flags: Readonly<Record<string, unknown>>, file = ''): Given => ({
  flags: new Map(Object.entries(flags)),
  readConfigFile(path) {
    if (path === 'gone.yaml') throw new Error(`no ${path}`);
    return file;
  },
});
const dir = { manifests: ['dir'] };
const folder = (...paths: string[]) => ({ kind: 'manifests', paths });

function value<T>(resolved: Resolved<T>): T {
  assert.ok(resolved.ok, resolved.ok ? '' : resolved.mistakes.join('\n'));
  return resolved.value;
}
const mistakes = (resolved: Resolved<unknown>) => (resolved.ok ? [] : resolved.mistakes);

describe('serve', () => {
  it('has the documented defaults', () => {
    assert.deepEqual(value(resolveServe(given(dir))), {
      source: folder('dir'),
      envoy: undefined,
      outcome: {
        store: { ingressClassName: undefined, allowLoopbackEndpoints: true },
        graph: {
          rootNamespaces: new Set(),
          disablePermitInsecure: false,
          prefixMatch: 'segment',
          minimumTlsVersion: '1.2',
        },
        envoy: {
          http: { address: '0.0.0.0', port: 8080, accessLog: '/dev/stdout' },
          https: { address: '0.0.0.0', port: 8443, accessLog: '/dev/stdout' },
          useProxyProtocol: false,
          numTrustedHops: 0,
          redirectPort: undefined,
          minimumTlsVersion: '1.2',
          tlsCertificates: 'on-demand',
        },
      },
      xds: { address: '127.0.0.1', port: 8001, tls: undefined },
      stats: { address: '0.0.0.0', port: 8002 },
      debug: { address: '127.0.0.1', port: 6060 },
      http: undefined,
      log: { level: 'info', format: 'text' },
    });
  });

  it('keeps ExternalNames off its own ports', () => {
    const flags = { ...dir, 'enable-external-name-service': true, 'xds-port': '9001', 'http-port': '9000' };
    const { externalNames } = value(resolveServe(given(flags))).outcome.graph;
    assert.deepEqual([...(externalNames?.ownPorts ?? [])], [9001, 8002, 6060, 9000]);
  });

  it('refuses a port for two servers of this machine', () => {
    const clash = { ...dir, 'stats-port': '8080', 'xds-port': '6060' };
    assert.deepEqual(mistakes(resolveServe(given({ ...clash, envoy: '/bin/envoy' }))), [
      '--envoy-service-http-port and --stats-port are both 8080; give two ports',
      '--xds-port and --debug-http-port are both 6060; give two ports',
    ]);
    assert.deepEqual(mistakes(resolveServe(given(clash))), [
      '--xds-port and --debug-http-port are both 6060; give two ports',
    ]);
  });

  it('takes every flag', () => {
    const config = value(
      resolveServe(
        given({
          manifests: ['a', 'b'],
          envoy: '/bin/envoy',
          'ingress-class-name': 'mine',
          'ingressroute-root-namespaces': 'roots, more',
          'ingressroute-prefix-match': 'string',
          'disable-permit-insecure': true,
          'envoy-http-port': '80',
          'envoy-https-port': '443',
          'envoy-service-http-address': '::',
          'envoy-http-access-log': '',
          'use-proxy-protocol': true,
          'tls-minimum-protocol-version': '1.3',
          'tls-certificates': 'per-host',
          'xds-address': '::1',
          'log-level': 'debug',
        }),
      ),
    );
    assert.deepEqual(config.source, folder('a', 'b'));
    assert.deepEqual([...config.outcome.graph.rootNamespaces], ['roots', 'more']);
    assert.deepEqual(config.outcome.envoy.http, { address: '::', port: 80, accessLog: '' });
    assert.equal(config.outcome.envoy.redirectPort, 443, 'clients reach an Envoy of our own at its port');
    assert.equal(config.outcome.envoy.minimumTlsVersion, '1.3');
    assert.equal(config.outcome.envoy.tlsCertificates, 'per-host');
    assert.equal(config.log.level, 'debug');
  });

  it('reads a cluster as a kubeconfig file or the pod says', () => {
    const outside = value(resolveServe(given({ kubeconfig: 'F', 'watch-namespaces': 'a,b' })));
    const cluster = {
      ...{ kind: 'cluster', kubeconfig: 'F', watchNamespaces: ['a', 'b'] },
      ingressAddress: undefined,
    };
    assert.deepEqual(outside.source, cluster);
    assert.equal(outside.outcome.store.allowLoopbackEndpoints, false, 'our own ports are on loopback');
    assert.deepEqual(outside.http, { address: '0.0.0.0', port: 8000 });
    const inside = value(resolveServe(given({ incluster: true, 'http-port': '9' })));
    assert.deepEqual(inside.source, { ...cluster, kubeconfig: undefined, watchNamespaces: undefined });
    assert.equal(inside.http?.port, 9);
  });

  const sources: readonly (readonly [name: string, flags: Record<string, unknown>, expected: RegExp])[] = [
    ['a folder and a cluster', { ...dir, incluster: true }, /^--manifests and --incluster are different/],
    ['two clusters', { kubeconfig: 'F', incluster: true }, /^--kubeconfig and --incluster are different/],
    ['namespaces of a folder', { ...dir, 'watch-namespaces': 'a' }, /^--watch-namespaces is for a cluster/],
  ];
  for (const [name, flags, expected] of sources)
    it(`refuses ${name}`, () => assert.match(mistakes(resolveServe(given(flags))).join(), expected));

  it('is frozen at every level', () => {
    const config = value(resolveServe(given(dir)));
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.outcome.envoy.http));
  });

  it('tells every mistake at once', () => {
    assert.deepEqual(
      mistakes(
        resolveServe(
          given({
            'xds-port': '99999',
            'xds-address': '0.0.0.0',
            'stats-address': 'localhost',
            'log-level': 'loud',
            'ingressroute-root-namespaces': 'ok,Not_Ok',
            'envoy-http-port': '7',
            'envoy-service-https-port': '7',
          }),
        ),
      ),
      [
        '--ingressroute-root-namespaces: "ok,Not_Ok" is wrong; give namespaces separated by commas',
        '--stats-address: "localhost" is wrong; give an IPv4 or IPv6 address',
        '--xds-port: "99999" is wrong; give a port from 1 to 65535',
        '--log-level: "loud" is wrong; give info or debug or warn or error',
        '--envoy-service-http-port and --envoy-service-https-port are both 7; give two ports',
        '--xds-address 0.0.0.0 would carry private keys in plain text beyond this machine; ' +
          'give --contour-cafile, --contour-cert-file and --contour-key-file, or --insecure if the network is trusted',
        'no source of objects; give one: --kubeconfig FILE, --incluster (in a pod) or --manifests DIR',
      ],
    );
  });

  it('refuses one port for both listeners', () => {
    const both = given({ ...dir, 'envoy-http-port': '7', 'envoy-https-port': '7' });
    assert.match(mistakes(resolveServe(both)).join(), /are both 7; give two ports/);
  });

  for (const [name, { remedy }] of notYetBuilt)
    it(`says that --${name} is not built yet`, () => {
      assert.ok(!(name in serveFlags));
      assert.deepEqual(mistakes(resolveServe(given({ ...dir, [name]: true }))), [
        `--${name} is not built yet; ${remedy}`,
      ]);
    });
});

describe('plain-text xDS', () => {
  const files = { 'contour-cafile': 'ca', 'contour-cert-file': 'cert', 'contour-key-file': 'key' };
  const cases: readonly (readonly [name: string, flags: Record<string, unknown>, expected: RegExp])[] = [
    ['is refused beyond loopback', { 'xds-address': '10.0.0.1' }, /plain text beyond this machine/],
    [
      'is refused on IPv6 addresses beyond loopback',
      { 'xds-address': '::' },
      /plain text beyond this machine/,
    ],
    ['is allowed on 127.0.0.2', { 'xds-address': '127.0.0.2' }, /^$/],
    ['is allowed by --insecure', { 'xds-address': '0.0.0.0', insecure: true }, /^$/],
    ['is none with three files', { 'xds-address': '0.0.0.0', ...files }, /^$/],
    ['is no excuse for two files', { 'contour-cafile': 'ca', 'contour-key-file': 'k' }, /needs all three/],
    ['contradicts files', { insecure: true, ...files }, /--insecure contradicts/],
  ];
  for (const [name, flags, expected] of cases)
    it(name, () => {
      assert.match(mistakes(resolveServe(given({ ...dir, ...flags }))).join('\n'), expected);
      assert.match(mistakes(resolveBootstrap(given(flags))).join('\n'), expected);
    });

  it('gives way to the files', () => {
    const { xds } = value(resolveServe(given({ ...dir, ...files })));
    assert.deepEqual(xds.tls, { caFile: 'ca', certFile: 'cert', keyFile: 'key' });
  });
});

describe('the config file', () => {
  const withFile = (text: string, flags = {}) =>
    resolveServe(given({ 'config-path': 'c.yaml', ...flags }, text));

  it('gives flags, and the command line wins', () => {
    const config = value(withFile('manifests: [a, b]\nxds-port: 1\nstats-port: 2\n', { 'xds-port': '3' }));
    assert.deepEqual([config.source, config.xds.port, config.stats.port], [folder('a', 'b'), 3, 2]);
  });

  it('may give one value where several are possible, and a synonym where the line gives the name', () => {
    const config = value(withFile('manifests: a\nenvoy-http-port: 1\n', { 'envoy-service-http-port': '2' }));
    assert.deepEqual([config.source, config.outcome.envoy.http.port], [folder('a'), 2]);
  });

  it('may give a version of TLS as a number or as text', () => {
    for (const text of ['1.3', '"1.3"']) {
      const config = value(withFile(`manifests: a\ntls-minimum-protocol-version: ${text}\n`));
      assert.equal(config.outcome.envoy.minimumTlsVersion, '1.3');
    }
  });

  const wrong: readonly (readonly [name: string, text: string, expected: RegExp])[] = [
    ['a version of TLS that is not supported', 'tls-minimum-protocol-version: 1.0', /give 1.1, 1.2 or 1.3/],
    ['a mode that is not known', 'tls-certificates: each', /"each" is wrong; give on-demand or per-host/],
    ['an unknown key', 'xds-prt: 1', /^c.yaml: xds-prt is not known; did you mean xds-port\?$/],
    ['a wrong value', 'xds-port: many', /^c.yaml: xds-port: "many" is wrong; give a port/],
    ['a switch that is text', 'insecure: "yes"', /^c.yaml: insecure: "yes" is wrong; give true or false/],
    ['a flag that is not built', 'enable-leader-election: true', /election is not built yet/],
    ['another file', 'config-path: d.yaml', /cannot name another/],
    ['bad YAML', 'a: b: c', /^c.yaml: Nested mappings .* line 1, column 4/],
    ['no map', '- a', /must be a map/],
    ['both names of one flag', 'envoy-http-port: 1\nenvoy-service-http-port: 2', /are the same and differ/],
  ];
  for (const [name, text, expected] of wrong)
    it(`refuses ${name}`, () => assert.match(mistakes(withFile(text, dir))[0] ?? '', expected));

  it('must be readable', () => {
    assert.deepEqual(mistakes(resolveServe(given({ ...dir, 'config-path': 'gone.yaml' }))), [
      '--config-path: no gone.yaml',
    ]);
  });
});

it('translate shares what changes the outcome, and prints YAML without secrets', () => {
  const flags = { 'disable-permit-insecure': true, 'ingress-class-name': 'mine' };
  const translate = value(resolveTranslate(given(flags)));
  assert.deepEqual(translate.outcome, value(resolveServe(given({ ...dir, ...flags }))).outcome);
  assert.deepEqual([translate.output, translate.strict, translate.showSecrets], ['yaml', false, false]);
});

describe('bootstrap', () => {
  it('explains that the admin interface has no port', () => {
    const { settings, notices } = value(
      resolveBootstrap(given({ 'admin-address': '/a.sock', 'admin-port': '9001' })),
    );
    assert.equal(settings.adminSocket, '/a.sock');
    assert.match(notices.join(), /--admin-port is ignored.*\/a\.sock/);
  });

  it('refuses an address for the admin interface, and a path no socket can have', () => {
    assert.match(
      mistakes(resolveBootstrap(given({ 'admin-address': '127.0.0.1' }))).join(),
      /never on a port/,
    );
    const long = given({ 'admin-address': `/${'x'.repeat(107)}` });
    assert.match(mistakes(resolveBootstrap(long)).join(), /longer than the 107 bytes/);
  });

  it('reaches the xDS server by name, over TLS with the older names of the files', () => {
    const flags = {
      'xds-address': 'contour.ns.svc',
      'envoy-cafile': 'a',
      'envoy-cert-file': 'b',
      'envoy-key-file': 'c',
    };
    const { xds } = value(resolveBootstrap(given(flags))).settings;
    assert.deepEqual(xds, {
      address: 'contour.ns.svc',
      port: 8001,
      tls: { caFile: 'a', certFile: 'b', keyFile: 'c' },
    });
  });
});
