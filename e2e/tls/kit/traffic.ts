// Traffic over TLS while something changes: connections that stay open, and clients that make a new one each time.
import { ask } from '../../../src/testing/http-client.ts';
import { certificateOf, open, request } from '../../chains/kit/connection.ts';

export interface Traffic {
  /** For each visitor the certificates (by common name) that it was given, one after another. */
  readonly certificates: readonly (readonly string[])[];
  /** Requests that were answered so far, on all connections. */
  readonly requests: number;
  /** Everything that was not as it should be. */
  readonly failures: readonly unknown[];
  /** Ends all, and tells how many connections stayed open from the start to the end. */
  stop(): Promise<number>;
}

export interface TrafficOptions {
  readonly port: number;
  readonly host: string;
  /** Connections that stay open. */
  readonly open: number;
  /** Clients that connect, ask and leave. */
  readonly visitors: number;
}

/** Returns when every connection that is to stay is open. Each goes on as fast as it is answered. */
export async function startTraffic({ port, host, ...count }: TrafficOptions): Promise<Traffic> {
  const certificates = Array.from({ length: count.visitors }, (): string[] => []);
  const failures: unknown[] = [];
  let requests = 0;
  let going = true;
  const whileGoing = async (work: () => Promise<void>): Promise<boolean> => {
    while (going) {
      try {
        await work();
        requests++;
      } catch (error) {
        failures.push(error);
        return false;
      }
    }
    return true;
  };
  const sockets = await Promise.all(Array.from({ length: count.open }, () => open({ port, sni: host })));
  const staying = sockets.map((socket) => {
    const first = certificateOf(socket);
    return whileGoing(async () => {
      const head = await request(socket, host);
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(head);
      if (/^connection: close/im.test(head)) throw new Error(`drained: ${head}`);
      if (certificateOf(socket) !== first) throw new Error('another certificate on an open connection');
    });
  });
  const visiting = certificates.map((given) =>
    whileGoing(async () => {
      const { status, certificate } = await ask({ port, host, tls: { sni: host } });
      if (status !== 200) throw new Error(`status ${status}`);
      if (certificate !== given.at(-1)) given.push(certificate);
    }),
  );
  return {
    ...{ certificates, failures },
    get requests() {
      return requests;
    },
    async stop() {
      going = false;
      const stayed = await Promise.all(staying);
      await Promise.all(visiting);
      for (const socket of sockets) socket.destroy();
      return stayed.filter((open) => open).length;
    },
  };
}
