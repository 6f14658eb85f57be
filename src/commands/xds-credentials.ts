// How the xDS server is reached: mutual TLS from three files, or plain text.
import { readFile } from 'node:fs/promises';
import { ServerCredentials } from '@grpc/grpc-js';
import type { TlsFiles } from '../config/xds-security.ts';
import { StartError } from '../runtime/start-error.ts';

/** Every client must show a certificate of the authority. Rejects with a StartError that names the bad file. */
export async function xdsCredentials(tls: TlsFiles | undefined): Promise<ServerCredentials> {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const [authority, chain, key] = await Promise.all([
    read(tls.caFile, '--contour-cafile'),
    read(tls.certFile, '--contour-cert-file'),
    read(tls.keyFile, '--contour-key-file'),
  ]);
  try {
    return ServerCredentials.createSsl(authority, [{ cert_chain: chain, private_key: key }], true);
  } catch (error) {
    throw new StartError(
      `the files of mutual TLS do not fit together (${error instanceof Error ? error.message : error}); see --contour-cert-file and --contour-key-file`,
    );
  }
}

async function read(file: string, flag: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new StartError(`${flag} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
