import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../testing/deadline.ts';
import { writeFakeEnvoy } from '../testing/fake-envoy.ts';
import { askAdmin } from './envoy-admin.ts';

const parentProgram = (options: object) => `
import { startEnvoyProcess } from ${JSON.stringify(join(import.meta.dirname, 'envoy-process.ts'))};
import { systemClock } from ${JSON.stringify(join(import.meta.dirname, '../runtime/clock.ts'))};
startEnvoyProcess({ ...${JSON.stringify(options)}, clock: systemClock, onLine() {}, graceMs: 1000 });
`;

test('Envoy ends when its parent is killed without a chance to end it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'envoy-process-'));
  const path = join(directory, 'envoy');
  const bootstrap = join(directory, 'bootstrap.json');
  const adminSocket = join(directory, 'admin.sock');
  await writeFakeEnvoy(path);
  await writeFile(bootstrap, JSON.stringify({ socket: adminSocket, behaviour: 'stubborn' }));
  const program = parentProgram({ path, bootstrap, adminSocket, stdout: 'ignore' });
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
  const pid = Number((await eventually(() => askAdmin(adminSocket, '/pid'))).body);
  assert.ok(process.kill(pid, 0));
  parent.kill('SIGKILL');
  await eventually(() => assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' }));
  await rm(directory, { recursive: true });
});
