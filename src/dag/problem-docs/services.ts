// Problems of the services of a route or tcpproxy.
import { problems, type ServiceName } from '../problems.ts';
import type { Code, ProblemDoc } from './doc.ts';

const blog: ServiceName = { namespace: 'shop', name: 'blog', port: 80, route: '/blog', severity: 'error' };

export const services = {
  ServiceMissing: {
    sample: problems.ServiceMissing(blog),
    effect: 'share',
    about:
      'Services are looked up in the namespace of the object that names them, and nowhere else. Heals by itself.',
  },
  ServicePortMissing: {
    sample: problems.ServicePortMissing({ ...blog, port: 81 }, [{ name: 'http', port: 80 }]),
    effect: 'share',
    about: "`port` is the Service's port, not its targetPort. An Ingress may name it instead.",
  },
  ServicePortNotTcp: {
    sample: problems.ServicePortNotTcp(blog, 'UDP'),
    effect: 'share',
    about: 'If a number is used by a TCP and a UDP port, the TCP port is served.',
  },
  ServiceExternalName: {
    sample: problems.ServiceExternalName(blog),
    effect: 'share',
    about:
      'By such a Service a tenant could reach addresses that only Envoy can, so `--enable-external-name-service` is off by default.',
  },
  ServiceExternalNameForbidden: {
    sample: problems.ServiceExternalNameForbidden(
      blog,
      'blog.shop.svc.cluster.local',
      'is a name inside the node or the cluster',
    ),
    effect: 'share',
    about:
      'With `--enable-external-name-service` too: addresses, short names, names of the node, of its network and of the cluster, and metadata services of clouds.',
  },
  ServiceAnnotationInvalid: {
    sample: problems.ServiceAnnotationInvalid(blog, 'contour.heptio.com/max-connections', 'many'),
    effect: 'ignored',
    about: 'Told to every object that names the Service.',
  },
  ServiceAnnotationUnknown: {
    sample: problems.ServiceAnnotationUnknown(
      blog,
      'contour.heptio.com/upstream-protocol.https',
      'contour.heptio.com/upstream-protocol.tls',
    ),
    effect: 'ignored',
    about:
      'Of annotations that begin with `contour.heptio.com/`. The first four mistakes of a Service are told.',
  },
  ServiceAnnotationPortMissing: {
    sample: problems.ServiceAnnotationPortMissing(blog, 'contour.heptio.com/upstream-protocol.tls', 'htps'),
    effect: 'ignored',
    about:
      'A port that was meant by it is spoken to in clear. Of each annotation the first such entry is told.',
  },
  StrategyUnknown: {
    sample: problems.StrategyUnknown('/blog', 'blog', 'LeastRequest'),
    effect: 'ignored',
    about: 'Names are compared with case.',
  },
  HealthCheckPathInvalid: {
    sample: problems.HealthCheckPathInvalid('/blog', 'blog', 'healthz'),
    effect: 'prefix',
    about: 'A health check without a path would say nothing of health.',
  },
  HealthCheckHostInvalid: {
    sample: problems.HealthCheckHostInvalid('/blog', 'blog', 'blog example'),
    effect: 'prefix',
    about: 'Default: `contour-envoy-healthcheck`.',
  },
  HealthCheckNumberInvalid: {
    sample: problems.HealthCheckNumberInvalid('/blog', 'blog', 'intervalSeconds', -5),
    effect: 'prefix',
    about: 'Interval, timeout and both thresholds. 0 means the default.',
  },
  ValidationIncomplete: {
    sample: problems.ValidationIncomplete(blog, 'subjectName'),
    effect: 'share',
    about: 'A certificate that is checked by half is not checked.',
  },
  ValidationNeedsTls: {
    sample: problems.ValidationNeedsTls(blog),
    effect: 'share',
    about: 'In clear there is no certificate to be checked.',
  },
  ValidationCaMissing: {
    sample: problems.ValidationCaMissing(blog, 'blog-ca'),
    effect: 'share',
    about: 'A Secret of any type, in the namespace of the object that names it. Heals by itself.',
  },
  ValidationCaMalformed: {
    sample: problems.ValidationCaMalformed(blog, 'blog-ca', 'it has no ca.crt'),
    effect: 'share',
    about: 'Checked as Envoy will: PEM that can be read, at most 512 certificates.',
  },
  ValidationTooLarge: {
    sample: problems.ValidationTooLarge(blog, 512 * 1024),
    effect: 'share',
    about: 'Each Service with a validation has its own copy of the authorities in Envoy and in Contour.',
  },
} satisfies Partial<Record<Code, ProblemDoc>>;
