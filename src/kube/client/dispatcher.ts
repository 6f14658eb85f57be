// Connections to the API server: HTTP/1.1, as many as there are requests at a time, so that none waits for another.
import { type Dispatcher, Pool, ProxyAgent } from 'undici';

export interface TlsMaterial {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The certificate's name, if it is not the server's address. */
  readonly servername: string | undefined;
  readonly rejectUnauthorized: boolean;
}

export interface ServerAddress {
  /** `https://host:port` */
  readonly origin: string;
  /** http, https or socks5. */
  readonly proxyUrl: string | undefined;
}

/** Milliseconds; a server that is there accepts within a few. */
const connectTimeoutMs = 5_000;

/**
 * Milliseconds that an idle connection is kept: less than the API server's 90 s, and more than the pauses between
 * two edits, since a TLS handshake costs more than all the rest of a request.
 */
const keepAliveMs = 60_000;

/** Milliseconds of silence after which TCP asks whether the other side is still there; it asks nine times more. */
const keepAliveProbeMs = 30_000;

/** Watches never time out here: who reads them knows how long silence may last. */
export function createDispatcher({ origin, proxyUrl }: ServerAddress, material: TlsMaterial): Dispatcher {
  const tls = { ...defined(material), keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs };
  const options = {
    allowH2: false,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const timeout = connectTimeoutMs;
  if (proxyUrl === undefined) return new Pool(origin, { ...options, connect: { ...tls, timeout } });
  return new ProxyAgent({
    ...options,
    uri: proxyUrl,
    requestTls: { ...tls, timeout, allowH2: false },
    proxyTls: { timeout, allowH2: false },
  });
}

/** An option that is present but undefined is not the same as an absent one to TLS. */
const defined = (material: TlsMaterial): Partial<TlsMaterial> =>
  Object.fromEntries(Object.entries(material).filter(([, value]) => value !== undefined));
