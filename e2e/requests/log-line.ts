// Lines of the access log, read as docs/envoy.md tells its readers to.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const page = join(import.meta.dirname, '../../docs/envoy.md');

/** The first fenced block after the page's comment `<!-- MARK -->`, without its line break. */
export async function blockOf(mark: string): Promise<string> {
  const text = await readFile(page, 'utf8');
  const start = text.indexOf(`<!-- ${mark} -->`);
  const block = start < 0 ? null : /```\w*\n([\s\S]*?)\n```/.exec(text.slice(start));
  if (block === null) throw new Error(`docs/envoy.md has no block ${mark}`);
  return block[1] ?? '';
}

export type LogFields = Readonly<Record<string, string>>;

/** Every line of a log by its columns. Fails if a line has another form or the last one is cut. */
export async function fieldsOf(log: string): Promise<readonly LogFields[]> {
  const pattern = new RegExp(await blockOf('pattern'));
  const lines = log.split('\n');
  assert.equal(lines.pop(), '', 'the last line ends');
  return lines.map((line) => {
    const fields = pattern.exec(line)?.groups;
    assert.ok(fields !== undefined, `no line of the documented form: ${line}`);
    return { ...fields };
  });
}
