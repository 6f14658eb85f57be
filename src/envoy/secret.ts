// Certificates, asked for by the server name of a handshake. Names are the client's choice, so what is answered is
// narrow: a host that is served over TLS, under the name as asked, and not too many names for one host.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { TlsCertificateSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/common_pb.js';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import { isWildcard } from '../dag/host-name.ts';
import type { Certificate } from '../dag/model.ts';
import type { OnDemand, Resource } from '../xds/resource.ts';
import { encode, overlay } from './encode.ts';

/** What a handshake without a server name asks for. No host name, so nothing ever answers it. */
export const noServerName = '(none)';

/** The secret of a host, under the host's name: `a.com`, `*.a.com` or `*`. */
export function secret(host: string, certificate: Certificate): MessageInitShape<typeof SecretSchema> {
  return { name: host, type: { case: 'tlsCertificate', value: tlsCertificate(certificate) } };
}

export function tlsCertificate({ chain, key }: Certificate): MessageInitShape<typeof TlsCertificateSchema> {
  return {
    certificateChain: { specifier: { case: 'inlineBytes', value: chain } },
    privateKey: { specifier: { case: 'inlineBytes', value: key } },
  };
}

/**
 * Hosts that may answer `asked`: itself in lower case, its one-label wildcard parent, the default host. None for
 * anything but a host name, as a trailing dot, a slash (names of other secrets) or a literal `*`.
 */
export function certificateCandidates(asked: string): readonly string[] {
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
  rename: renameSecret,
  limit: namesPerWildcard,
  limitOf: (resource) => (isWildcard(resource.name) ? namesPerWildcard : namesPerHost),
};

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
