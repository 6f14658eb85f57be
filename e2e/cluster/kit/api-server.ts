// One kube-apiserver over an etcd, with RBAC and a token for each user. It can stop and start on the same port.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { eventually } from '../../../src/testing/deadline.ts';
import { freePorts } from '../../../src/testing/ports.ts';
import { testAddress } from './address.ts';
import { type Guarded, startGuarded } from './process.ts';
import { program } from './programs.ts';

/** `admin` may do everything, `contour` what rbac.yaml says, `limited` nothing until a test gives it a role. */
export const users = ['admin', 'contour', 'limited'] as const;
export type User = (typeof users)[number];

/** No secret: the server lives as long as its test, on loopback. */
export const tokenOf = (user: User): string => `token-of-${user}`;

export interface ApiServer {
  readonly url: string;
  /** PEM. */
  readonly certificate: string;
  /** Ends it as a crash would. */
  stop(): Promise<void>;
  /** Starts it again, on the same port and data; resolves when it is ready. */
  start(): Promise<void>;
}

/** Resolves when it is ready. */
export async function startApiServer(directory: string, etcdUrl: string): Promise<ApiServer> {
  const [port = 0] = await freePorts(1);
  const url = `https://127.0.0.1:${port}`;
  const certificates = join(directory, 'certificates');
  const command = await prepare(directory, [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--advertise-address=${testAddress()}`,
    `--cert-dir=${certificates}`,
  ]);
  let server: Guarded;
  const start = async () => {
    server = startGuarded(command);
    await eventually(() => ready(server, url), { within: 60_000, every: 50 });
  };
  const stop = () => server.kill();
  try {
    await start();
    return { url, certificate: await readFile(join(certificates, 'apiserver.crt'), 'utf8'), stop, start };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepare(directory: string, flags: readonly string[]): Promise<string[]> {
  const key = join(directory, 'service-accounts.key');
  const tokens = join(directory, 'tokens.csv');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(key, privateKey.export({ type: 'sec1', format: 'pem' }));
  const lines = users.map(
    (user) => `${tokenOf(user)},${user},${user}${user === 'admin' ? ',system:masters' : ''}`,
  );
  await writeFile(tokens, `${lines.join('\n')}\n`);
  return [
    program('kube-apiserver'),
    ...flags,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.254.0.0/16',
  ];
}

async function ready(server: Guarded, url: string): Promise<void> {
  assert.ok(!server.ended(), `kube-apiserver ended: ${server.output()}`);
  const status = await new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${tokenOf('admin')}` };
    get(`${url}/readyz`, { headers, rejectUnauthorized: false, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', reject);
  });
  assert.equal(status, 200, 'kube-apiserver is not ready');
}
