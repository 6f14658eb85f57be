// The spec of an IngressRoute.
import { flag, list, object, type Read, text, textLike } from './kinds.ts';
import { route } from './route.ts';
import { delegate, oneTarget, services } from './service.ts';

/** More would cost the server more than it grants the rules of a kind. */
export const mostRoutes = 1_024;

const label = '[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?';

const tls = object(
  {
    secretName: text(
      'Secret of type kubernetes.io/tls with certificate and key: name, or namespace/name if a TLSCertificateDelegation there admits this namespace.',
    ),
    // Not a list of values: where null is allowed, the server takes none for one of them.
    minimumProtocolVersion: textLike(
      /^(1[.][123])?$/,
      'Oldest version of TLS that clients may use, "1.1", "1.2" or "1.3". Quote it, or YAML makes it a number. Default that of the installation.',
    ).optional(),
    passthrough: flag(
      "Hands the encrypted connection to tcpproxy's services, which end TLS themselves. Default false.",
    ),
  },
  'Serves the host over TLS. Plain HTTP is redirected to HTTPS, but for routes with permitInsecure.',
);

export const virtualhost = object(
  {
    fqdn: text({
      description: 'Required. The host name, such as www.example.com. No wildcard, no port, no path.',
      'x-kubernetes-validations': [
        {
          rule: `size(self) <= 253 && self.matches('^${label}([.]${label})*$')`,
          message:
            'fqdn must be one exact DNS name such as www.example.com: letters, digits, "-" and ".", no port and no wildcard',
        },
      ],
    }),
    tls: tls.optional(),
  },
  {
    description:
      'Makes this IngressRoute a root: the one that owns a host name. An IngressRoute without it is served where another delegates to it.',
    'x-kubernetes-validations': [
      {
        rule: 'has(self.fqdn)',
        message: 'virtualhost needs an fqdn: one exact DNS name such as www.example.com',
      },
    ],
  },
);

export const tcpproxy = object(
  {
    services: services(
      'Services that take the connections; several share them by weight. Not together with delegate.',
    ),
    delegate: delegate('Leaves the connections to the tcpproxy of another IngressRoute.').optional(),
  },
  {
    description: "Forwards the host's TLS connections as they are instead of serving routes. Needs tls.",
    'x-kubernetes-validations': [{ ...oneTarget, message: `tcpproxy ${oneTarget.message}` }],
  },
);

export const ingressRouteSpec = object(
  {
    virtualhost: virtualhost.optional(),
    routes: list(route, mostRoutes, 'Which path goes where. The longest match wins.'),
    tcpproxy: tcpproxy.optional(),
  },
  'What to serve and where it is found.',
);

export type VirtualHostSpec = Read<typeof virtualhost>;
export type TlsSpec = Read<typeof tls>;
export type TcpProxy = Read<typeof tcpproxy>;
