// Addresses that no name in DNS may lead Envoy to, whatever its owner writes into the zone.
import type { MessageInitShape } from '@bufbuild/protobuf';
import { RBAC_Action } from '@envoyproxy/protos/envoy/config/rbac/v3/rbac_pb.js';
import { RBACSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/rbac/v3/rbac_pb.js';
import { UpstreamCodecSchema } from '@envoyproxy/protos/envoy/extensions/filters/http/upstream_codec/v3/upstream_codec_pb.js';
import type { HttpFilterSchema } from '@envoyproxy/protos/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { UpstreamIpPortMatcherSchema } from '@envoyproxy/protos/envoy/extensions/rbac/matchers/upstream_ip_port/v3/upstream_ip_port_matcher_pb.js';
import { pack } from './encode.ts';

/** This host, the link, and where clouds hand out credentials. Private networks are not among them: they are what names are for. */
const refusedAddresses: readonly (readonly [prefix: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
  ['::', 96],
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  // IPv4 in IPv6: as a socket takes it, and by the usual prefix of translators.
  ['::ffff:0:0', 96],
  ['64:ff9b::7f00:0', 104],
  ['64:ff9b::a9fe:0', 112],
];

/** Shown in access logs as what denied a request. */
const policy = 'external-name-address';

const permission = ([addressPrefix, bits]: readonly [string, number]) => {
  const upstreamIp = { addressPrefix, prefixLen: bits };
  const matcher = pack(UpstreamIpPortMatcherSchema, { upstreamIp });
  const value = { name: 'envoy.rbac.matchers.upstream_ip_port', typedConfig: matcher };
  return { rule: { case: 'matcher' as const, value } };
};

const rbac = pack(RBACSchema, {
  rules: {
    action: RBAC_Action.DENY,
    policies: {
      [policy]: {
        permissions: refusedAddresses.map(permission),
        principals: [{ identifier: { case: 'any', value: true } }],
      },
    },
  },
});

/**
 * HTTP filters of a cluster, run when an endpoint is chosen and before there is a connection to it: 403 where it is
 * refused. TCP and health checks have no such filters. Envoys before `upstream_rbac` existed refuse the cluster.
 */
export const addressFilters: readonly MessageInitShape<typeof HttpFilterSchema>[] = [
  { name: 'envoy.filters.http.upstream_rbac', configType: { case: 'typedConfig', value: rbac } },
  {
    name: 'envoy.filters.http.upstream_codec',
    configType: { case: 'typedConfig', value: pack(UpstreamCodecSchema, {}) },
  },
];
