// Who may do what with the node's API server. All of it is made for one run and gone with it.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { selfSigned } from '../../../../src/testing/certificates.ts';
import { nodeAddress } from './namespaces.ts';

export const apiServerUrl = `https://${nodeAddress}:6443`;
/** The first address of the Services is that of the API server. */
export const serviceRange = '10.254.0.0/16';
const apiServiceAddress = '10.254.0.1';

const groups = {
  admin: 'system:masters',
  'system:node:node0': 'system:nodes',
  'system:kube-controller-manager': '',
  'system:kube-scheduler': '',
  'system:kube-proxy': '',
} as const;
export type User = keyof typeof groups;

export interface Credentials {
  readonly certificate: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Signs the tokens of service accounts. */
  readonly accountsKeyFile: string;
  readonly tokensFile: string;
  /** Path of a user's kubeconfig. */
  kubeconfig(user: User): string;
}

/** The certificate of the API server is its own authority: whoever knows it knows the server. */
export async function makeCredentials(folder: string): Promise<Credentials> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  const write = async (name: string, text: string) => {
    await writeFile(file(name), text, { mode: 0o600 });
    return file(name);
  };
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const { certificate, key } = await selfSigned('kube-apiserver', {
    names: [...service, 'kubernetes.default.svc.cluster.local', 'localhost'],
    addresses: ['127.0.0.1', nodeAddress, apiServiceAddress],
  });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const users = Object.entries(groups).map(([user, group]) => ({
    ...{ user, group },
    token: randomBytes(24).toString('hex'),
  }));
  const kubeconfig = (user: string) => file(`${user.replaceAll(':', '-')}.kubeconfig`);
  for (const { user, token } of users)
    await writeFile(kubeconfig(user), kubeconfigText({ certificate, user, token }), { mode: 0o600 });
  return {
    certificate,
    certificateFile: await write('apiserver.crt', certificate),
    keyFile: await write('apiserver.key', key),
    accountsKeyFile: await write(
      'service-accounts.key',
      privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    ),
    tokensFile: await write(
      'tokens.csv',
      users.map(({ token, user, group }) => `${token},${user},${user}${group && `,${group}`}\n`).join(''),
    ),
    kubeconfig,
  };
}

interface Account {
  readonly certificate: string;
  readonly user: string;
  readonly token: string;
}

function kubeconfigText({ certificate, user, token }: Account): string {
  const authority = Buffer.from(certificate).toString('base64');
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'node0', cluster: { server: apiServerUrl, 'certificate-authority-data': authority } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'node0', context: { cluster: 'node0', user } }],
    'current-context': 'node0',
  });
}
