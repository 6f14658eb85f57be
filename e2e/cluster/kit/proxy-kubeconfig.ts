// Kubeconfig files on both sides of the proxy.
import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';

interface Cluster {
  readonly server: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
}

interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: Cluster }[];
}

export interface Upstream {
  readonly url: string;
  /** PEM; undefined: what the machine trusts. */
  readonly ca: string | undefined;
}

/** The server that a kubeconfig with one cluster names. */
export async function upstreamOf(text: string): Promise<Upstream> {
  const { clusters }: Kubeconfig = parse(text);
  const cluster = clusters[0]?.cluster;
  if (cluster === undefined) throw new Error('the kubeconfig names no cluster');
  const file = cluster['certificate-authority'];
  const data = cluster['certificate-authority-data'];
  const inline = data === undefined ? undefined : Buffer.from(data, 'base64').toString();
  return { url: cluster.server, ca: file === undefined ? inline : await readFile(file, 'utf8') };
}

/** The same kubeconfig with another server in every cluster. */
export function kubeconfigThrough(
  text: string,
  { server, certificate }: { readonly server: string; readonly certificate: string },
): string {
  const config: Kubeconfig = parse(text);
  const data = Buffer.from(certificate).toString('base64');
  const clusters = config.clusters.map(({ name }) => ({
    name,
    cluster: { server, 'certificate-authority-data': data },
  }));
  return stringify({ ...config, clusters });
}
