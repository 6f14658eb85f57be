// A Service in a list of services: of a route, or of a tcpproxy.
import { integer, list, object, type Read, text, textLike } from './kinds.ts';

/** More would cost the server more than it grants the rules of a kind. */
export const mostServices = 64;

const healthCheck = object(
  {
    path: textLike(
      /^\//,
      'Required. Path that is requested with GET; 200 is healthy. It begins with "/", as in /healthz.',
    ).optional(),
    host: text('Host header of these requests. Default contour-envoy-healthcheck.').optional(),
    intervalSeconds: integer('Seconds between two checks of an endpoint. 0 or absent is 10.', {
      least: 0,
    }).optional(),
    timeoutSeconds: integer('Seconds to wait for an answer. 0 or absent is 2.', { least: 0 }).optional(),
    unhealthyThresholdCount: integer(
      'Failed checks in a row after which an endpoint gets no traffic. 0 or absent is 3.',
      { least: 0 },
    ).optional(),
    healthyThresholdCount: integer(
      'Good checks in a row after which it gets traffic again. 0 or absent is 2.',
      {
        least: 0,
      },
    ).optional(),
  },
  {
    description:
      'Requests with which Envoy finds out which endpoints are healthy. Without it, all ready ones are.',
    'x-kubernetes-validations': [
      {
        rule: 'has(self.path)',
        message: 'healthCheck needs a path; give the one that tells health, such as /healthz',
      },
    ],
  },
);

const validation = object(
  {
    caSecret: text(
      'Required. Name of a Secret in this namespace, of any type, with the trusted authorities under ca.crt.',
    ).optional(),
    subjectName: text(
      'Required. Name that the certificate must have as a subject alternative name.',
    ).optional(),
  },
  'How the certificate of the endpoints is checked; nothing is served if it cannot be. Needs a port whose protocol is tls or h2 by the annotations of the Service. Without it, any certificate is taken.',
);

const service = object(
  {
    name: text('Required. Name of a Service in the namespace of this IngressRoute.'),
    port: integer("Required. Number of one of the Service's TCP ports, from 1 to 65535.", {
      least: 1,
      most: 65_535,
    }),
    weight: integer(
      'Share of the traffic, relative to the other services of the list. If no service has a weight, all get the same; if some have, the others get none.',
      { least: 0 },
    ).optional(),
    strategy: text(
      'How an endpoint of the Service is chosen: RoundRobin (default), WeightedLeastRequest, Random, or Cookie, which keeps a client at one endpoint.',
    ).optional(),
    healthCheck: healthCheck.optional(),
    validation: validation.optional(),
  },
  'A Service and how Envoy uses it.',
);

export const services = (about: string) => list(service, mostServices, about);

export type ServiceReference = Read<typeof service>;
export type HealthCheckSpec = Read<typeof healthCheck>;

/** Where a route or a tcpproxy is left to. */
export const delegate = (about: string) =>
  object(
    {
      name: text('Required. Name of the other IngressRoute, which must have no virtualhost.'),
      namespace: text('Its namespace. Default the namespace of this IngressRoute.').optional(),
    },
    about,
  );

export type DelegateSpec = Read<ReturnType<typeof delegate>>;

/** For both, so that a manifest that can't mean anything is refused at once. */
export const oneTarget = {
  rule: '!has(self.delegate) || !has(self.services) || size(self.services) == 0',
  message: 'has both services and delegate; give one of them',
};
