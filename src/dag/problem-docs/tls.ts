// Problems of TLS and of connections that are handed on.
import { problems } from '../problems.ts';
import type { Code, ProblemDoc } from './doc.ts';

const secret = { namespace: 'shop', name: 'shop-tls' };

export const tls = {
  SecretNameMissing: {
    sample: problems.SecretNameMissing(),
    effect: 'certificate',
    about: '`tls: {}` asks for TLS without saying with which certificate.',
  },
  SecretNameInvalid: {
    sample: problems.SecretNameInvalid('certs/shop/tls'),
    effect: 'certificate',
    about: 'At most one slash, and something on both of its sides.',
  },
  SecretMissing: {
    sample: problems.SecretMissing(secret),
    effect: 'certificate',
    about: 'Heals by itself when the Secret is created.',
  },
  SecretNotDelegated: {
    sample: problems.SecretNotDelegated({ namespace: 'certs', name: 'wildcard' }, 'shop'),
    effect: 'certificate',
    about:
      'Told whether the Secret exists or not, so nobody learns the names of other namespaces. See `targetNamespaces` of TLSCertificateDelegation; `"*"` means all.',
  },
  SecretTypeWrong: {
    sample: problems.SecretTypeWrong(secret, 'Opaque'),
    effect: 'certificate',
    about: "A Secret's type can't be changed: it has to be created anew.",
  },
  SecretMalformed: {
    sample: problems.SecretMalformed(secret, 'tls.key is encrypted; store it in plain'),
    effect: 'certificate',
    about:
      'Checked as Envoy will: PEM that can be read, RSA of at least 2,048 bits or ECDSA on P-256, P-384 or P-521, at most 32 certificates.',
  },
  SecretKeyMismatch: {
    sample: problems.SecretKeyMismatch(secret),
    effect: 'certificate',
    about: 'A chain in the wrong order looks the same as a wrong key.',
  },
  TlsVersionUnknown: {
    sample: problems.TlsVersionUnknown('tls.minimumProtocolVersion', '1.4'),
    effect: 'certificate',
    about:
      'Nothing is served with an older version than was meant. Without the field, `--tls-minimum-protocol-version` decides.',
  },
  TlsVersionOfWildcard: {
    sample: problems.TlsVersionOfWildcard('*.example.com', '1.3', '1.2'),
    effect: 'certificate',
    about:
      'Of an Ingress. Its wildcard would take the connections of every host below it from their owners. A version older than the usual one is a warning, and has no effect.',
  },
  CertificateIgnored: {
    sample: problems.CertificateIgnored('shop.example.com', {
      kind: 'IngressRoute',
      namespace: 'shop',
      name: 'root',
    }),
    effect: 'nothing',
    about: 'Of an Ingress: a host has one certificate, and another object of the host decides which.',
  },
  PassthroughIgnored: {
    sample: problems.PassthroughIgnored(),
    effect: 'ignored',
    about: 'TLS ends at Envoy with the certificate of the Secret.',
  },
  PassthroughNeedsTcpProxy: {
    sample: problems.PassthroughNeedsTcpProxy(),
    effect: 'host',
    about: 'Requests in connections that are not decrypted cannot be routed by path.',
  },
  TcpProxyNeedsTls: {
    sample: problems.TcpProxyNeedsTls(),
    effect: 'host',
    about: 'There is nothing in a plain TCP connection that tells for which host it is.',
  },
  TcpProxyIgnored: {
    sample: problems.TcpProxyIgnored(),
    effect: 'ignored',
    about: 'A root without `tls` that has both `tcpproxy` and `routes`.',
  },
  RoutesIgnored: {
    sample: problems.RoutesIgnored(),
    effect: 'ignored',
    about:
      'Old manifests have a route beside `tcpproxy` because a schema once asked for one. It is served on neither listener.',
  },
} satisfies Partial<Record<Code, ProblemDoc>>;
