// Starts kuard: `PORT` (8080), `KUARD_VERSION` (dev), `KUARD_LINGER` (seconds, 5). SIGTERM ends it when it is done.
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { createKuard } from './server.ts';

const { PORT = '8080', KUARD_VERSION = 'dev', KUARD_LINGER = '5' } = process.env;
/** Kubernetes kills after 30 s if a pod doesn't say otherwise. */
const limitMs = 28_000;

const kuard = createKuard({ host: hostname(), version: KUARD_VERSION });
const say = (text: string) => process.stdout.write(`${text}\n`);

kuard.server.on('error', (error) => {
  process.stderr.write(`kuard: ${error.message}\n`);
  process.exit(1);
});
kuard.server.listen(Number(PORT), () => say(`kuard ${KUARD_VERSION} listens on port ${PORT}`));

process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', async () => {
  say(`SIGTERM: not ready any more, answering for ${KUARD_LINGER} s and until every connection has ended`);
  await kuard.drain({ lingerMs: Number(KUARD_LINGER) * 1000, limitMs, wait });
  say('done');
  process.exit(0);
});
