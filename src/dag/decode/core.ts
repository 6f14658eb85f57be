// v1: Service and Secret.
import type { Meta, Secret, Service } from '../objects.ts';
import type { Fields } from './fields.ts';
import { isJsonObject, type JsonObject, own } from './fields.ts';

const mostPorts = 4_096;
/** Kubernetes' own limit of a Secret, in bytes. */
const largestSecret = 1_048_576;
const keptKeys = ['tls.crt', 'tls.key', 'ca.crt'] as const;

export function decodeService(meta: Meta, object: Fields): Service {
  const spec = object.object('spec');
  const external = spec?.text('type') === 'ExternalName';
  return {
    ...meta,
    kind: 'Service',
    externalName: external ? (spec.text('externalName') ?? '') : undefined,
    ports: (spec?.objects('ports', mostPorts) ?? []).flatMap((fields) => {
      const port = fields.integer('port');
      if (port === undefined) return [];
      return [{ name: fields.text('name') ?? '', port, protocol: fields.text('protocol') || 'TCP' }];
    }),
  };
}

/** Values that are no strings, or larger than a Secret can be, are absent. `stringData` wins, as on the server. */
export function decodeSecret(meta: Meta, raw: JsonObject): Secret {
  const type = own(raw, 'type');
  const data = new Map<string, Uint8Array>();
  for (const key of keptKeys) {
    const plain = textIn(raw, 'stringData', key);
    const encoded = textIn(raw, 'data', key);
    const value = plain === undefined ? encoded && Buffer.from(encoded, 'base64') : Buffer.from(plain);
    if (value && value.length <= largestSecret) data.set(key, new Uint8Array(value));
  }
  return { ...meta, kind: 'Secret', type: typeof type === 'string' ? type : 'Opaque', data };
}

function textIn(raw: JsonObject, field: string, key: string): string | undefined {
  const values = own(raw, field);
  const value = isJsonObject(values) ? own(values, key) : undefined;
  return typeof value === 'string' && value.length <= 2 * largestSecret ? value : undefined;
}
