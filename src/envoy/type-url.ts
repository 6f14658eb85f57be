// How the protocol names the types of resources that we serve.
import { ClusterSchema } from '@envoyproxy/protos/envoy/config/cluster/v3/cluster_pb.js';
import { TypedExtensionConfigSchema } from '@envoyproxy/protos/envoy/config/core/v3/extension_pb.js';
import { ClusterLoadAssignmentSchema } from '@envoyproxy/protos/envoy/config/endpoint/v3/endpoint_pb.js';
import { ListenerSchema } from '@envoyproxy/protos/envoy/config/listener/v3/listener_pb.js';
import { ScopedRouteConfigurationSchema } from '@envoyproxy/protos/envoy/config/route/v3/scoped_route_pb.js';
import { SecretSchema } from '@envoyproxy/protos/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';

/** Type URL by our word for the type. */
export const typeUrl = {
  cluster: urlOf(ClusterSchema),
  endpoints: urlOf(ClusterLoadAssignmentSchema),
  secret: urlOf(SecretSchema),
  listener: urlOf(ListenerSchema),
  scope: urlOf(ScopedRouteConfigurationSchema),
  extension: urlOf(TypedExtensionConfigSchema),
} as const;

function urlOf(schema: { readonly typeName: string }): string {
  return `type.googleapis.com/${schema.typeName}`;
}
