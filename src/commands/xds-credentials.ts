// How the xDS server is reached: mutual TLS from three files, or plain text.
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import type { TlsFiles } from '../config/xds-security.ts';
import { messageOf } from '../runtime/errors.ts';
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
    createSecureContext({ ca: authority, cert: chain, key });
  } catch (error) {
    throw new StartError(
      `the files of mutual TLS cannot be used (${messageOf(error)}); see --contour-cafile, --contour-cert-file and --contour-key-file, or make new ones with contour certgen`,
    );
  }
  return ServerCredentials.createSsl(authority, [{ cert_chain: chain, private_key: key }], true);
}

async function read(file: string, flag: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new StartError(`${flag} cannot be read: ${messageOf(error)}; contour certgen makes these files`);
  }
}
