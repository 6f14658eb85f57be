// The server's side of RFC 6455, as far as a sample application needs it: texts in, texts out.
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const textFrame = 1;
const closeFrame = 8;
const largest = 65_535;

/** Opens a WebSocket and sends `reply` of each text. Anything but texts of up to 64 KiB in one frame ends it. */
export function converse(request: IncomingMessage, socket: Duplex, reply: (text: string) => string): void {
  const accept = hash('sha1', `${request.headers['sec-websocket-key']}${magic}`, 'base64');
  const headers = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('\r\n')}\r\n\r\n`);
  let received = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    for (let next = read(received); next !== undefined; next = read(received)) {
      if (next.opcode !== textFrame) return void socket.end(frame(closeFrame, Buffer.alloc(0)));
      socket.write(frame(textFrame, Buffer.from(reply(next.payload.toString()))));
      received = received.subarray(next.end);
    }
  });
}

/** A frame of a client, which is always masked. Undefined until all of it is there. */
function read(bytes: Buffer): { opcode: number; payload: Buffer; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const opcode = bytes.readUInt8(0) & 0x0f;
  const short = bytes.readUInt8(1) & 0x7f;
  if (short > 126) return { opcode: closeFrame, payload: Buffer.alloc(0), end: bytes.length };
  const mask = short === 126 ? 4 : 2;
  if (bytes.length < mask + 4) return undefined;
  const start = mask + 4;
  const end = start + (short === 126 ? bytes.readUInt16BE(2) : short);
  if (bytes.length < end) return undefined;
  const payload = bytes.subarray(start, end).map((byte, index) => byte ^ (bytes[mask + (index % 4)] ?? 0));
  return { opcode, payload: Buffer.from(payload), end };
}

function frame(opcode: number, payload: Buffer): Buffer {
  const content = payload.subarray(0, largest);
  const { length } = content;
  const sizes = length < 126 ? [length] : [126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...sizes]), content]);
}
