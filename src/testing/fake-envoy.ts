// A program with Envoy's face, for tests of what starts Envoys: it knows `--version`, `-c` and `/ready`. What it
// does is chosen by its bootstrap. Written to a file and run by this very Node.
import { chmod, writeFile } from 'node:fs/promises';

/** What the fake reads as its bootstrap. */
export interface FakeBootstrap {
  readonly socket: string;
  /** `serve` until it is told to end, `stubborn` does not listen to SIGTERM; `die` logs `words` and exits with 1. */
  readonly behaviour: 'serve' | 'stubborn' | 'die' | 'hang';
  readonly words?: string;
}

/** Writes the program to `file`. Its admin interface answers its process id at `/pid`. */
export async function writeFakeEnvoy(file: string, version = '1.40.0'): Promise<void> {
  await writeFile(file, `#!${process.execPath}\n${program(version)}`);
  await chmod(file, 0o700);
}

const program = (version: string) => `
const args = process.argv;
if (args.includes('--version')) {
  console.log('envoy  version: 9e5580933739775e/${version}/Clean/RELEASE/BoringSSL');
  process.exit(0);
}
const fs = require('node:fs');
const { socket, behaviour, words } = JSON.parse(fs.readFileSync(args[args.indexOf('-c') + 1], 'utf8'));
if (words !== undefined) console.error(words);
if (behaviour === 'die') process.exit(1);
process.on('SIGTERM', () => {
  console.error('[warning][main] caught ENVOY_SIGTERM');
  if (behaviour !== 'stubborn') process.exit(0);
});
fs.rmSync(socket, { force: true });
require('node:http').createServer((request, response) => {
  if (request.url === '/pid') return response.end(String(process.pid));
  response.writeHead(behaviour === 'hang' ? 503 : 200);
  response.end(behaviour === 'hang' ? 'INITIALIZING' : 'LIVE');
}).listen(socket, () => console.error('[info][main] all dependencies initialized. starting workers'));
`;
