// Certificates, asked for by the server name of a handshake or by a filter chain. Server names are the client's choice,
// so what is answered is narrow: a host that is served over TLS, under the name as asked, and not too many names for
// one host.
import { fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { TlsCertificateSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { isWildcard } from '../dag/host-name.ts';
import type { Certificate } from '../dag/model.ts';
import type { OnDemand, Resource } from '../xds/resource.ts';
import { encode, overlay } from './encode.ts';
import { hostOfChainSecret } from './names.ts';

/** What a handshake without a server name asks for. No host name, so nothing ever answers it. */
export const noServerName = '(none)';

/** `name`: the host's (`a.com`, `*.a.com` or `*`) or that of its chain's secret. */
export function secret(name: string, certificate: Certificate): MessageInitShape<typeof SecretSchema> {
  return { name, type: { case: 'tlsCertificate', value: tlsCertificate(certificate) } };
}

export function tlsCertificate({ chain, key }: Certificate): MessageInitShape<typeof TlsCertificateSchema> {
  return {
    certificateChain: { specifier: { case: 'inlineBytes', value: chain } },
    privateKey: { specifier: { case: 'inlineBytes', value: key } },
  };
}

/**
 * Who may answer `asked`: the host itself in lower case, its one-label wildcard parent, the default host. None for
 * anything but a host name, as a trailing dot, a slash or a literal `*`. The name of a chain's secret, which no
 * handshake can give, is answered by itself alone.
 */
export function certificateCandidates(asked: string): readonly string[] {
  if (hostOfChainSecret(asked) !== undefined) return [asked];
  if (asked.length > 253 || !/^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(asked)) return [];
  const host = asked.toLowerCase();
  const dot = host.indexOf('.');
  return dot < 0 ? [host, '*'] : [host, `*${host.slice(dot)}`, '*'];
}

/** Envoy keeps 25 KB for each name. Behind a wildcard every subdomain in use is one. */
const namesPerWildcard = 200;

/** An exact host has one honest name, its own; these are its spellings in upper case. */
const namesPerHost = 4;

/** Beyond the limit the oldest name is removed and asked for again by its next handshake, at one round trip. */
export const certificateOnDemand: OnDemand = {
  candidates: certificateCandidates,
  lasting: (asked) => hostOfChainSecret(asked) !== undefined,
  rename: renameSecret,
  limit: namesPerWildcard,
  limitOf: (resource) => (isWildcard(resource.name) ? namesPerWildcard : namesPerHost),
};

/**
 * Envoy remembers the bytes of a secret before it looks at the key: the same again, sent alone to find the culprit of
 * a refused response, it would accept and not use. Text after the last certificate means nothing.
 */
export function stampSecret({ bytes }: Pick<Resource, 'bytes'>, generation: string): Uint8Array {
  const decoded = fromBinary(SecretSchema, bytes);
  const chain = decoded.type.case === 'tlsCertificate' ? decoded.type.value.certificateChain : undefined;
  if (chain?.specifier.case !== 'inlineBytes') return bytes;
  chain.specifier.value = Buffer.concat([chain.specifier.value, Buffer.from(`\n# ${generation}\n`)]);
  return toBinary(SecretSchema, decoded);
}

/** Envoy takes a secret only under the very name that it asked for. */
function renameSecret(resource: Resource, asked: string): Uint8Array {
  return overlay(resource.bytes, encode(SecretSchema, { name: asked }));
}

export function sameCertificate(a: Certificate, b: Certificate): boolean {
  return a === b || (sameBytes(a.chain, b.chain) && sameBytes(a.key, b.key));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
