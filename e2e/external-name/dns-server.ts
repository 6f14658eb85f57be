// A DNS server of the test: it answers A and AAAA questions from a table that the test changes while it runs.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4, isIPv6 } from 'node:net';

/** What a name is told to be; it is lower-case and has no dot at the end. */
export type Zone =
  /** Addresses of either family, or none: the name exists and has no address. */
  | { readonly addresses: readonly string[]; readonly ttl?: number }
  | { readonly alias: string }
  /** Questions about the name are never answered, or with an error of the server. */
  | 'silent'
  | 'failing';

export interface DnsServer {
  readonly port: number;
  /** From the next question on; undefined: there is no such name. */
  set(name: string, zone: Zone | undefined): void;
  /** Names that were asked for, in the order of the questions. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const types = { a: 1, alias: 5, aaaa: 28 } as const;
const flags = { found: 0x8580, failing: 0x8582, notFound: 0x8583 } as const;
const headerBytes = 12;
const longestChain = 8;

/** On a free UDP port of loopback. */
export async function startDnsServer(): Promise<DnsServer> {
  const zones = new Map<string, Zone>();
  const asked: string[] = [];
  const socket = createSocket('udp4', (query, from) => {
    const { name, type, end } = question(query);
    asked.push(name);
    const zone = zones.get(name);
    const reply = answer(zones, name, type);
    if (reply === undefined) return;
    const header = Buffer.alloc(headerBytes);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(zone === 'failing' ? flags.failing : zone ? flags.found : flags.notFound, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(reply.length, 6);
    socket.send(Buffer.concat([header, query.subarray(headerBytes, end), ...reply]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    asked,
    set(name, zone) {
      if (zone === undefined) zones.delete(name);
      else zones.set(name, zone);
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function question(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** The records of the name and of what it is an alias of; undefined: the chain ends in silence. */
function answer(zones: ReadonlyMap<string, Zone>, asked: string, type: number): Buffer[] | undefined {
  const records: Buffer[] = [];
  let name = asked;
  for (let links = 0; links < longestChain; links++) {
    const zone = zones.get(name);
    if (zone === 'silent') return undefined;
    if (zone === undefined || zone === 'failing') return records;
    if ('addresses' in zone) return [...records, ...addressRecords(name, zone, type)];
    records.push(record(name, types.alias, 0, encodedName(zone.alias)));
    name = zone.alias;
  }
  return records;
}

function addressRecords(
  name: string,
  { addresses, ttl = 1 }: Extract<Zone, { readonly addresses: readonly string[] }>,
  type: number,
): Buffer[] {
  const wanted = type === types.a ? isIPv4 : type === types.aaaa ? isIPv6 : () => false;
  return addresses.filter(wanted).map((address) => record(name, type, ttl, encodedAddress(address)));
}

function record(name: string, type: number, ttl: number, data: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttl, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodedName(name), fixed, data]);
}

const encodedName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')])),
    Buffer.of(0),
  ]);

/** IPv6 is written as it is compared in tests: in full, or with one `::`. */
function encodedAddress(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const { hostname } = new URL(`http://[${address}]/`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const left = groups(head);
  const right = groups(tail ?? '');
  const all = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
