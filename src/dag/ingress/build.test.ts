// What Ingresses serve: hosts, path types, default backends, shared hosts, TLS.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfSigned } from '../../testing/certificates.ts';
import { type HostSummary, summarise } from '../../testing/host-summary.ts';
import { ingress, ingressRoute, path, route, rule, service, tlsSecret } from '../../testing/objects.ts';
import type { KubernetesObject } from '../objects.ts';

const host = 'a.com';
const [pair, other] = await Promise.all([selfSigned(host), selfSigned('other.com')]);
const services = [
  service('a/web', { port: 80, name: 'http' }),
  service('a/api'),
  service('b/web'),
  service('c/web'),
];
const secrets = [tlsSecret('a/cert', pair), tlsSecret('a/cert2', other), tlsSecret('b/cert', other)];
const broken = tlsSecret('a/broken', { certificate: pair.certificate, key: other.key });
const web = path('/', 'web:80');
const toHost = rule(host, web);

interface Case {
  readonly name: string;
  /** If not `a.com`. */
  readonly host?: string;
  readonly objects: readonly KubernetesObject[];
  readonly expected: Partial<HostSummary>;
}

const paths: readonly Case[] = [
  {
    name: 'path types, most specific first',
    objects: [
      ingress('a/i', {
        rules: [
          rule(
            'A.com',
            web,
            path('/x', 'web:80', 'Exact'),
            path('/x/', 'api:80', 'Prefix'),
            path('/y/', 'api:80', 'Exact'),
            path('/z', 'api:80', 'ImplementationSpecific'),
            path('/r/[0-9]+', 'api:80', 'ImplementationSpecific'),
          ),
        ],
      }),
    ],
    expected: {
      http: [
        'regex /r/[0-9]+ -> api',
        'exact /y/ -> api',
        'exact /x -> web',
        '/x -> api',
        '/z -> api',
        '/ -> web',
      ],
      https: undefined,
      problems: {},
    },
  },
  {
    name: 'regular expressions that Envoy would refuse are left out, and the others serve',
    objects: [
      ingress('a/i', {
        rules: [
          rule(
            host,
            path('/(', 'web:80', 'ImplementationSpecific'),
            path(`/(${'x'.repeat(1_024)})`, 'web:80', 'ImplementationSpecific'),
            path('/(x)', 'web:80', 'ImplementationSpecific'),
          ),
        ],
      }),
    ],
    expected: {
      http: ['regex /(x) -> web'],
      problems: { 'Ingress/a/i': ['RegexInvalid', 'RegexInvalid'] },
    },
  },
  {
    name: 'a port by its name; what is missing answers 503',
    objects: [
      ingress('a/i', {
        rules: [
          rule(
            host,
            path('/', 'web:http'),
            path('/n', 'web:nope'),
            path('/s', 'none:80'),
            path('/r', undefined),
          ),
        ],
      }),
    ],
    expected: {
      http: ['/n -> 503', '/r -> 503', '/s -> 503', '/ -> web'],
      problems: { 'Ingress/a/i': ['ServicePortMissing', 'BackendMissing', 'ServiceMissing'] },
    },
  },
  {
    name: 'a path that no request can have is left out',
    objects: [
      ingress('a/i', { rules: [rule(host, path('x', 'web:80'), path('/a/../b', 'web:80', 'Exact'))] }),
    ],
    expected: { http: [], problems: { 'Ingress/a/i': ['MatchInvalid', 'MatchInvalid'] } },
  },
  {
    name: 'equal paths: the oldest object, inside one object the last',
    objects: [
      ingress('b/i', { created: 2, rules: [toHost, rule(host, path('/b', 'web:80'))] }),
      ingress('a/i', { created: 1, rules: [toHost, rule(host, path('/', 'api:80'))] }),
    ],
    expected: {
      http: ['/b -> web', '/ -> api'],
      problems: { 'Ingress/a/i': ['Shadowed?'], 'Ingress/b/i': ['Shadowed?'] },
    },
  },
  {
    name: 'beside an IngressRoute: its paths win, the others are served',
    objects: [
      ingressRoute('a/root', { fqdn: host, routes: [route('/', 'api:80')] }),
      ingress('a/i', { rules: [rule(host, web, path('/w', 'web:80'), path('/', 'web:80', 'Exact'))] }),
    ],
    expected: {
      http: ['/w -> web', 'exact / -> web', '/ -> api'],
      problems: { 'Ingress/a/i': ['Shadowed?'] },
    },
  },
];

const hosts: readonly Case[] = [
  {
    name: 'the default backend is host *, path /',
    host: '*',
    objects: [ingress('a/i', { defaultBackend: 'api:80', rules: [toHost] })],
    expected: { http: ['/ -> api'] },
  },
  {
    name: 'a rule for / without a host beats the default backend',
    host: '*',
    objects: [ingress('a/i', { defaultBackend: 'api:80', rules: [rule('', web)] })],
    expected: { http: ['/ -> web'] },
  },
  {
    name: 'a rule without paths sends its host to the default backend',
    objects: [ingress('a/i', { defaultBackend: 'api:80', rules: [rule(host)] })],
    expected: { http: ['/ -> api'] },
  },
  {
    name: 'a wildcard host is its own host',
    host: '*.a.com',
    objects: [ingress('a/i', { rules: [rule('*.A.com', path('/', 'api:80')), toHost] })],
    expected: { http: ['/ -> api'] },
  },
];

const tls: readonly Case[] = [
  {
    name: 'HTTP stays served beside HTTPS',
    objects: [ingress('a/i', { rules: [toHost], tls: { 'x.com A.com': 'cert' } })],
    expected: { http: ['/ -> web'], https: ['/ -> web'], certificate: 'a/cert', problems: {} },
  },
  {
    name: 'force-ssl-redirect',
    objects: [
      ingress('a/i', {
        rules: [rule(host, web, path('/n', 'none:80'))],
        tls: { [host]: 'cert' },
        annotations: { 'ingress.kubernetes.io/force-ssl-redirect': 'true' },
      }),
    ],
    expected: { http: ['/n -> 503', '/ -> redirect'], https: ['/n -> 503', '/ -> web'] },
  },
  {
    name: 'allow-http: false is not served in clear',
    objects: [
      ingress('a/i', {
        rules: [toHost],
        tls: { [host]: 'cert' },
        annotations: { 'kubernetes.io/ingress.allow-http': 'false' },
      }),
    ],
    expected: { http: ['/ -> 503'], https: ['/ -> web'] },
  },
  {
    name: 'a higher TLS version than we have is not served with a lower one',
    objects: [
      ingress('a/i', {
        rules: [toHost],
        tls: { [host]: 'cert' },
        annotations: { 'contour.heptio.com/tls-minimum-protocol-version': '1.4' },
      }),
    ],
    expected: {
      http: ['/ -> web'],
      https: [],
      problems: { 'Ingress/a/i': ['TlsVersionUnknown'] },
    },
  },
  ...(['1.1', '1.3'] as const).map((version) => ({
    name: `a wildcard host with a TLS version of its own: ${version}`,
    host: '*.a.com',
    objects: [
      ingress('a/i', {
        rules: [rule('*.a.com', web)],
        tls: { '*.a.com': 'cert' },
        annotations: { 'contour.heptio.com/tls-minimum-protocol-version': version },
      }),
    ],
    expected: {
      https: version === '1.1' ? ['/ -> web'] : [],
      problems: { 'Ingress/a/i': [`TlsVersionOfWildcard${version === '1.1' ? '?' : ''}`] },
    },
  })),
  {
    name: 'a wildcard host',
    host: '*.a.com',
    objects: [ingress('a/i', { rules: [rule('*.a.com', web)], tls: { '*.a.com': 'cert' } })],
    expected: { https: ['/ -> web'], certificate: 'a/cert' },
  },
  {
    name: 'an entry for the host beats one for the wildcard above it, that beats one for all',
    objects: [
      ingress('a/i', {
        rules: [rule('x.a.com', web)],
        tls: { '': 'none', '*.a.com': 'cert2', 'x.a.com': 'cert' },
      }),
    ],
    host: 'x.a.com',
    expected: { certificate: 'a/cert' },
  },
  {
    name: 'an entry for the wildcard above',
    objects: [ingress('a/i', { rules: [rule('x.a.com', web)], tls: { '': 'none', '*.a.com': 'cert2' } })],
    host: 'x.a.com',
    expected: { certificate: 'a/cert2' },
  },
  {
    name: 'an entry for another host is nothing',
    objects: [ingress('a/i', { rules: [toHost], tls: { 'x.com *.a.com': 'cert' } })],
    expected: { http: ['/ -> web'], https: undefined, problems: {} },
  },
  {
    name: 'a broken secret: nothing over TLS, and told',
    objects: [ingress('a/i', { rules: [toHost], tls: { [host]: 'broken' } })],
    expected: { http: ['/ -> web'], https: [], problems: { 'Ingress/a/i': ['SecretKeyMismatch'] } },
  },
  {
    name: "the oldest usable certificate of the owner's namespace; the others are told",
    objects: [
      ingress('a/i', { created: 1, rules: [toHost], tls: { [host]: 'broken' } }),
      ingress('a/j', { created: 2, rules: [rule(host, path('/j', 'web:80'))], tls: { [host]: 'cert' } }),
      ingress('a/k', { created: 3, rules: [rule(host, path('/k', 'web:80'))], tls: { [host]: 'cert2' } }),
      ingress('a/l', { created: 4, rules: [rule(host, path('/l', 'web:80'))], tls: { [host]: 'a/cert' } }),
    ],
    expected: {
      certificate: 'a/cert',
      problems: { 'Ingress/a/i': ['SecretKeyMismatch'], 'Ingress/a/k': ['CertificateIgnored?'] },
    },
  },
  {
    name: "another namespace's certificate never stands in for a broken one",
    objects: [
      ingress('a/i', { created: 1, rules: [toHost], tls: { [host]: 'none' } }),
      ingress('b/i', { created: 2, rules: [rule(host, path('/b', 'web:80'))], tls: { [host]: 'cert' } }),
    ],
    expected: {
      http: ['/b -> web', '/ -> web'],
      https: [],
      problems: { 'Ingress/a/i': ['SecretMissing'], 'Ingress/b/i': ['CertificateIgnored?'] },
    },
  },
  {
    name: "an IngressRoute with TLS decides; the Ingress's paths stay on HTTP too",
    objects: [
      ingressRoute('a/root', { fqdn: host, tls: 'cert', routes: [route('/', 'api:80')] }),
      ingress('a/i', { rules: [rule(host, path('/w', 'web:80'))], tls: { [host]: 'cert2' } }),
    ],
    expected: {
      http: ['/w -> web', '/ -> redirect'],
      https: ['/w -> web', '/ -> api'],
      certificate: 'a/cert',
      problems: { 'Ingress/a/i': ['CertificateIgnored?'] },
    },
  },
  {
    name: "an IngressRoute without TLS is served under its Ingress's certificate too",
    objects: [
      ingressRoute('a/root', { fqdn: host, routes: [route('/api', 'api:80')] }),
      ingress('a/i', { rules: [toHost], tls: { [host]: 'cert' } }),
    ],
    expected: {
      http: ['/api -> api', '/ -> web'],
      https: ['/api -> api', '/ -> web'],
      certificate: 'a/cert',
    },
  },
];

for (const { name, host: asked = host, objects, expected } of [...paths, ...hosts, ...tls]) {
  test(name, () => {
    const given = [...objects, ...services, ...secrets, broken];
    for (const order of [given, given.toReversed()]) {
      const got = summarise(asked, order);
      for (const field of ['http', 'https', 'certificate', 'problems'] as const) {
        if (field in expected) assert.deepEqual(got[field], expected[field], field);
      }
    }
  });
}
