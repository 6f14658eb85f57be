// Envoy's own judgement of a configuration, without running it.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { envoyPath } from '../../../e2e/kit/envoy-path.ts';

/**
 * Rejects with Envoy's words if it refuses the bootstrap configuration that `make` returns; `files` are written beside
 * it, into the directory that `make` is told.
 */
export async function validate(
  make: (directory: string) => string,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'validate-'));
  try {
    for (const [name, text] of Object.entries({ ...files, 'bootstrap.json': make(directory) })) {
      await writeFile(join(directory, name), text);
    }
    const file = join(directory, 'bootstrap.json');
    await promisify(execFile)(envoyPath(), ['--mode', 'validate', '-c', file, '--use-dynamic-base-id']);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
