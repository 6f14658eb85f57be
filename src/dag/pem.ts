// Reads PEM text as people write it: text around the blocks, any line ends, a byte order mark, long lines.

/** What stands between BEGIN and END of one block, decoded. */
export interface PemBlock {
  readonly label: string;
  /** undefined: without END, or not base64 (a legacy encrypted key has header lines there). */
  readonly der: Buffer | undefined;
}

const begin = '-----BEGIN ';
const dashes = '-----';
/** Longer than any label in use. */
const longestLabel = 64;

/** Blocks in their order, up to one without END; text around them is skipped. Linear in the input. */
export function pemBlocks(bytes: Uint8Array): readonly PemBlock[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const blocks: PemBlock[] = [];
  let at = text.indexOf(begin);
  while (at !== -1) {
    const labelStart = at + begin.length;
    const labelEnd = text.slice(labelStart, labelStart + longestLabel).indexOf(dashes);
    if (labelEnd === -1) {
      at = text.indexOf(begin, labelStart);
      continue;
    }
    const label = text.slice(labelStart, labelStart + labelEnd);
    const bodyStart = labelStart + labelEnd + dashes.length;
    const bodyEnd = text.indexOf(`-----END ${label}${dashes}`, bodyStart);
    if (bodyEnd === -1) {
      blocks.push({ label, der: undefined });
      break;
    }
    blocks.push({ label, der: fromBase64(text.slice(bodyStart, bodyEnd)) });
    at = text.indexOf(begin, bodyEnd);
  }
  return blocks;
}

/** One block in the form that every reader takes: lines of 64 characters. */
export function toPem(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `${begin}${label}${dashes}\n${lines.join('\n')}\n-----END ${label}${dashes}\n`;
}

function fromBase64(body: string): Buffer | undefined {
  const base64 = body.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}
