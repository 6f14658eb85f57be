// networking.k8s.io/v1: Ingress and IngressClass.
import type { Ingress, IngressBackend, IngressClass, IngressPath, Meta } from '../objects.ts';
import type { Fields } from './fields.ts';

const mostRules = 1_024;
const mostPaths = 1_024;
const mostTlsEntries = 1_024;

/** What can't be read of a rule is left out, but a path with an unreadable type or backend has no backend. */
export function decodeIngress(meta: Meta, object: Fields): Ingress {
  const spec = object.object('spec');
  return {
    ...meta,
    kind: 'Ingress',
    ingressClassName: spec?.text('ingressClassName') || undefined,
    defaultBackend: spec && backendOf(spec, 'defaultBackend'),
    tls: (spec?.objects('tls', mostTlsEntries) ?? []).map((tls) => ({
      hosts: tls.texts('hosts', mostRules),
      secretName: tls.text('secretName') ?? '',
    })),
    rules: (spec?.objects('rules', mostRules) ?? []).flatMap(decodeRule),
    malformed: object.malformed,
  };
}

/** A rule whose host can't be read must not become one for all hosts. */
function decodeRule(rule: Fields): Ingress['rules'] {
  const host = rule.text('host');
  if (host === undefined && rule.has('host')) return [];
  const paths = rule.object('http')?.objects('paths', mostPaths) ?? [];
  return [{ host: host ?? '', paths: paths.flatMap(decodePath) }];
}

function decodePath(fields: Fields): readonly IngressPath[] {
  const path = fields.text('path');
  if (path === undefined && fields.has('path')) return [];
  const pathType = pathTypeOf(fields);
  const backend = backendOf(fields, 'backend');
  return [
    {
      path: path || '/',
      pathType: pathType ?? 'Exact',
      backend: pathType && backend,
    },
  ];
}

/** Undefined if it can't be read; absent means ImplementationSpecific. */
function pathTypeOf(fields: Fields): IngressPath['pathType'] | undefined {
  const pathType = fields.text('pathType');
  if (pathType === undefined) return fields.has('pathType') ? undefined : 'ImplementationSpecific';
  if (pathType === 'Exact' || pathType === 'Prefix' || pathType === 'ImplementationSpecific') return pathType;
  return fields.note('pathType', 'must be Exact, Prefix or ImplementationSpecific');
}

function backendOf(owner: Fields, key: string): IngressBackend | undefined {
  const backend = owner.object(key);
  if (backend === undefined) return undefined;
  if (backend.has('resource')) return backend.note('resource', 'is not supported; use service');
  const service = backend.object('service');
  if (service === undefined)
    return backend.has('service') ? undefined : backend.note('service', 'is missing');
  const port = service.object('port');
  const number = port?.integer('number');
  return { name: service.text('name') ?? '', port: number || port?.text('name') || 0 };
}

export function decodeIngressClass(meta: Meta, object: Fields): IngressClass {
  return {
    ...meta,
    kind: 'IngressClass',
    controller: object.object('spec')?.text('controller') ?? '',
    isDefault: meta.annotations.get('ingressclass.kubernetes.io/is-default-class') === 'true',
  };
}
