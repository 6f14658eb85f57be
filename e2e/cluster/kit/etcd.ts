// One etcd on loopback, and its HTTP door.
import assert from 'node:assert/strict';
import { eventually } from '../../../src/testing/deadline.ts';
import { freePorts } from '../../../src/testing/ports.ts';
import { startGuarded } from './process.ts';
import { program } from './programs.ts';

export interface Etcd {
  readonly url: string;
  /** Forgets all history up to now: watches and continue tokens from before are expired (410). */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

/** Resolves when it serves. */
export async function startEtcd(directory: string): Promise<Etcd> {
  const [client = 0, peer = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${client}`;
  const etcd = startGuarded([
    program('etcd'),
    `--data-dir=${directory}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]);
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `etcd: ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  };
  await eventually(async () => {
    const answer = await fetch(`${url}/readyz`).catch(() => assert.fail(`etcd: ${etcd.output()}`));
    assert.equal(answer.status, 200);
  });
  return {
    url,
    async compact() {
      const { header } = await post('/v3/maintenance/status', {});
      await post('/v3/kv/compaction', { revision: header.revision, physical: true });
    },
    stop: etcd.kill,
  };
}
