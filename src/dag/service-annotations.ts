// Annotations of a Service that are not built yet: one that asks for encryption fails its port, any other is told.
import type { Service, ServicePort } from './objects.ts';
import { type Problem, problems, type ServiceName } from './problems.ts';

const prefix = 'contour.heptio.com/';
/** HTTP over TLS: in clear it would show to others what the Service wants kept from them. */
const encrypted = ['upstream-protocol.tls', 'upstream-protocol.h2'];
const cleartext = ['upstream-protocol.h2c'];
const limits = ['max-connections', 'max-pending-requests', 'max-requests', 'max-retries'];

/** Why the port can't be served as the Service asks for; undefined if it can. */
export function annotationRefusal(
  service: Service,
  port: ServicePort,
  reference: ServiceName,
): Problem | undefined {
  const asked = encrypted.find((name) => lists(service, name, port));
  return asked === undefined ? undefined : problems.ServiceAnnotationUnsupported(reference, prefix + asked);
}

/** Those that have no effect on the port though it is served. */
export function ignoredAnnotations(
  service: Service,
  port: ServicePort,
  reference: ServiceName,
): readonly Problem[] {
  if (service.annotations.size === 0) return [];
  const ignored = [
    ...cleartext.filter((name) => lists(service, name, port)),
    ...limits.filter((name) => service.annotations.has(prefix + name)),
  ];
  return ignored.map((name) => problems.ServiceAnnotationIgnored(reference, prefix + name));
}

/** Whether the annotation, a list of ports by name or number between commas, has the port. */
function lists({ annotations }: Service, name: string, port: ServicePort): boolean {
  const value = annotations.get(prefix + name);
  if (value === undefined) return false;
  const list = `,${value.replaceAll(/\s/g, '')},`;
  return list.includes(`,${port.port},`) || (port.name !== '' && list.includes(`,${port.name},`));
}
