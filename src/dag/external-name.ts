// The names that a Service of type ExternalName may send requests to: never ourselves, the node, or another tenant.

const label = '[a-z0-9](?:[-a-z0-9_]{0,61}[a-z0-9])?';
const dnsName = new RegExp(`^${label}(?:\\.${label})+$`);
const longestName = 253;

/** The last label of an address in any notation: inet_aton takes `127.1` and `0x7f.1`. */
const numeric = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

/** Names that end so are answered by the node, by its network or by the cluster. */
const inside = [
  ...['localhost', 'localdomain', 'localdomain4', 'localdomain6', 'local'],
  ...['svc', 'in-addr.arpa', 'ip6.arpa'],
];

/** Services and pods of a cluster whose domain is not cluster.local; a pod's name is its address with dashes. */
const ofCluster = /\.svc\.|^[0-9a-f]+(?:-[0-9a-f]*)+\.[^.]+\.pod\./;

/** Names by which clouds hand out credentials, on link-local addresses. */
const metadataServices = [
  ...['metadata.google.internal', 'metadata.goog', 'metadata.azure.internal', 'instance-data.ec2.internal'],
];

/** Lower-case, without the dot at the end. Undefined if it isn't a DNS name of several labels. */
export function externalHost(externalName: string): string | undefined {
  const name = externalName.trim().toLowerCase().replace(/\.$/, '');
  return name.length <= longestName && dnsName.test(name) && !numeric.test(name) ? name : undefined;
}

/** Why requests may not be sent there; undefined if they may. */
export function externalNameMistake(externalName: string): string | undefined {
  const name = externalHost(externalName);
  if (name === undefined) return 'is not a DNS name with a dot; addresses and short names are refused';
  const isBelow = (parent: string) => name === parent || name.endsWith(`.${parent}`);
  if (inside.some(isBelow) || ofCluster.test(name)) return 'is a name inside the node or the cluster';
  if (metadataServices.some(isBelow)) return 'is a metadata service of a cloud';
  return undefined;
}
