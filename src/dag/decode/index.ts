// Untrusted JSON -> the types of dag/objects.ts. One file per API group, `fields.ts` for reading a field of any
// type, `meta.ts` for what all objects have. No JSON makes it throw: what has a wrong type, is too long or too
// much, is listed in `malformed` with its path, in the route if it concerns only that route.
import type { KubernetesObject, Meta } from '../objects.ts';
import { decodeSecret, decodeService } from './core.ts';
import { decodeEndpointSlice, decodeEndpoints } from './endpoints.ts';
import { Fields, isJsonObject, type JsonObject, own } from './fields.ts';
import { decodeIngress, decodeIngressClass } from './ingress.ts';
import { decodeDelegation, decodeIngressRoute } from './ingressroute.ts';
import { decodeMeta } from './meta.ts';

export { subsetName } from './endpoints.ts';

type Decoder = (
  meta: Meta,
  object: Fields,
  raw: JsonObject,
) => KubernetesObject | readonly KubernetesObject[];

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['contour.heptio.com/v1beta1/IngressRoute', (meta, _object, raw) => decodeIngressRoute(meta, raw)],
  [
    'contour.heptio.com/v1beta1/TLSCertificateDelegation',
    (meta, _object, raw) => decodeDelegation(meta, raw),
  ],
  ['networking.k8s.io/v1/Ingress', decodeIngress],
  ['networking.k8s.io/v1/IngressClass', decodeIngressClass],
  ['discovery.k8s.io/v1/EndpointSlice', decodeEndpointSlice],
  ['v1/Endpoints', decodeEndpoints],
  ['v1/Service', decodeService],
  ['v1/Secret', (meta, _object, raw) => decodeSecret(meta, raw)],
]);

/** `apiVersion/kind` of any JSON, empty parts for what isn't there. */
export function typeOf(raw: JsonObject): string {
  const part = (key: string): string => {
    const value = isJsonObject(raw) ? own(raw, key) : undefined;
    return typeof value === 'string' ? value : '';
  };
  return `${part('apiVersion')}/${part('kind')}`;
}

/**
 * One object for most kinds, one slice per subset for `v1` Endpoints. Empty: a kind that is read, but without a
 * usable name and namespace. `unknown`: a kind or version that isn't read.
 */
export function decode(raw: JsonObject): readonly KubernetesObject[] | 'unknown' {
  const type = typeOf(raw);
  const decoder = decoders.get(type);
  if (decoder === undefined) return 'unknown';
  const meta = decodeMeta(raw, type.endsWith('/IngressClass') ? 'cluster' : 'namespaced');
  if (meta === undefined) return [];
  const decoded = decoder(meta, new Fields(raw, '', []), raw);
  return isList(decoded) ? decoded : [decoded];
}

const isList = (
  decoded: KubernetesObject | readonly KubernetesObject[],
): decoded is readonly KubernetesObject[] => Array.isArray(decoded);
