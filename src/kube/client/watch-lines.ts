// Cuts a watch's byte stream into lines. It works on bytes, since a chunk may end inside a character.

/** Longest line of a watch, in bytes: many times what the API server can store of one object. */
export const maxLineBytes = 16 * 1024 * 1024;

export interface Lines {
  /** Complete lines without their newline; empty ones are left out. */
  readonly lines: readonly string[];
  /** A line passed `maxLineBytes`; nothing after `lines` can be read. */
  readonly tooLong: boolean;
}

export interface LineSplitter {
  push(chunk: Buffer): Lines;
  /** Bytes of the line that has not ended yet. */
  unfinished(): number;
}

const newline = 0x0a;

/** Every byte is searched and decoded once, however many chunks a line takes. */
export function createLineSplitter(maxBytes = maxLineBytes): LineSplitter {
  let parts: Buffer[] = [];
  let held = 0;

  function finish(end: Buffer): string {
    if (parts.length === 0) return end.toString('utf8');
    parts.push(end);
    const line = Buffer.concat(parts).toString('utf8');
    parts = [];
    held = 0;
    return line;
  }

  return {
    push(chunk) {
      const lines: string[] = [];
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        if (held + end - start > maxBytes) return { lines, tooLong: true };
        const line = finish(chunk.subarray(start, end));
        if (line !== '') lines.push(line);
        start = end + 1;
      }
      if (start < chunk.length) {
        parts.push(chunk.subarray(start));
        held += chunk.length - start;
      }
      return { lines, tooLong: held > maxBytes };
    },
    unfinished: () => held,
  };
}
