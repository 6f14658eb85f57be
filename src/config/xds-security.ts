// xDS carries private keys: in plain text only on loopback, or where the operator says so.

/** Files of mutual TLS, PEM: the authority of the other side, one's own certificate and its key. */
export interface TlsFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

interface XdsFlags {
  readonly 'xds-address': string;
  readonly insecure: boolean;
  readonly 'contour-cafile': string | undefined;
  readonly 'contour-cert-file': string | undefined;
  readonly 'contour-key-file': string | undefined;
}

const threeFiles = '--contour-cafile, --contour-cert-file and --contour-key-file';

/** Undefined: plain text. Adds to `mistakes` what makes the flags unsafe or contradictory. */
export function xdsTls(flags: XdsFlags, mistakes: string[]): TlsFiles | undefined {
  const {
    'contour-cafile': caFile,
    'contour-cert-file': certFile,
    'contour-key-file': keyFile,
    'xds-address': address,
  } = flags;
  const given = [caFile, certFile, keyFile].filter((file) => file !== undefined).length;
  if (given > 0 && flags.insecure)
    mistakes.push(`--insecure contradicts ${threeFiles}; give one or the other`);
  if (caFile !== undefined && certFile !== undefined && keyFile !== undefined)
    return { caFile, certFile, keyFile };
  if (given > 0) mistakes.push(`mutual TLS needs all three files: ${threeFiles}`);
  else if (!isLoopback(address) && !flags.insecure)
    mistakes.push(
      `--xds-address ${address} would carry private keys in plain text beyond this machine; ` +
        `give ${threeFiles}, or --insecure if the network is trusted`,
    );
  return undefined;
}

const isLoopback = (address: string): boolean =>
  address === '::1' || address === 'localhost' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(address);
