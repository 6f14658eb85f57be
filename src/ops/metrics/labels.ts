// The values that labels may have, where several metrics share them.
import type { Kind } from '../../dag/objects.ts';
import { other } from './instruments.ts';

/** Kinds that get a verdict. */
export const judgedKinds = ['IngressRoute', 'Ingress', 'TLSCertificateDelegation'] as const satisfies Kind[];

/** Kinds that are only read. */
export const readKinds = ['IngressClass', 'Service', 'EndpointSlice', 'Secret'] as const satisfies Kind[];

/** Of failed requests to the API server; `0`: no answer. Others than these point to nothing that an alert acts on. */
const codes = [0, 400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504];
export const codeLabels: readonly string[] = [...codes.map(String), other];
