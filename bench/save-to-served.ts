// Save → served: how long after a file is saved does a real Envoy answer by it, with few and with many hosts in
// the folder. Runs the shipped build as its own process. `npm run bench -- save --hosts 100,5000 --changes 50`
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wait } from '../src/testing/deadline.ts';
import { freePorts, listen } from '../src/testing/ports.ts';

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '100,5000' },
    changes: { type: 'string', default: '50' },
    envoy: { type: 'string', default: process.env.ENVOY ?? '' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});

interface Row {
  readonly hosts: number;
  readonly startMs: number;
  readonly medianMs: number;
  readonly p90Ms: number;
  readonly maxMs: number;
  readonly errors: number;
  readonly cpuMsPerChange: number;
  readonly rssMiB: number;
}

/** One host with its own Service and endpoint; routes for `/base` and `paths`, every other path is a 404. */
function manifest(index: number, port: number, paths: readonly string[]): string {
  const name = `h${index}`;
  const routes = ['/base', ...paths].map(
    (match) => `    - match: ${match}\n      services: [{ name: ${name}, port: 80 }]\n`,
  );
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: bench }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: ${name}, namespace: bench, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
ports: [{ name: http, port: ${port}, protocol: TCP }]
endpoints: [{ addresses: [127.0.0.1] }]
---
apiVersion: contour.heptio.com/v1beta1
kind: IngressRoute
metadata: { name: ${name}, namespace: bench }
spec:
  virtualhost: { fqdn: ${name}.example.com }
  routes:
${routes.join('')}`;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });

function get(port: number, host: string, path: string): Promise<number> {
  return new Promise((resolve) => {
    const request = http.get({ host: '127.0.0.1', port, path, headers: { host }, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', () => resolve(0));
  });
}

async function cpuMs(child: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function rssMiB(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
}

async function measure(hosts: number, changes: number): Promise<Row> {
  const directory = await mkdtemp(join(tmpdir(), 'contour-bench-'));
  const backend = http.createServer((_, response) => response.end('ok'));
  const backendPort = await listen(backend);
  const [httpPort, httpsPort, statsPort, xdsPort, debugPort] = (await freePorts(5)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < hosts; i++)
    await writeFile(join(directory, `h${i}.yaml`), manifest(i, backendPort, []));
  const profile = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const flags = [
    `--manifests=${directory}`,
    `--envoy=${values.envoy}`,
    '--envoy-service-http-address=127.0.0.1',
    `--envoy-http-port=${httpPort}`,
    '--envoy-service-https-address=127.0.0.1',
    `--envoy-https-port=${httpsPort}`,
    '--stats-address=127.0.0.1',
    `--stats-port=${statsPort}`,
    `--xds-port=${xdsPort}`,
    `--debug-http-port=${debugPort}`,
    '--envoy-http-access-log=/dev/null',
    '--log-level=warn',
  ];
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [...profile, join(import.meta.dirname, '../dist/main.js'), 'serve', ...flags],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  try {
    for (const host of [`h0.example.com`, `h${hosts - 1}.example.com`]) {
      while ((await get(httpPort, host, '/base')) !== 200) {
        if (child.exitCode !== null) throw new Error('contour ended; see above');
        await wait(5);
      }
    }
    const startMs = performance.now() - began;
    await wait(3000);
    const before = await cpuMs(child);
    const times: number[] = [];
    let errors = 0;
    for (let change = 0; change < changes; change++) {
      const index = (change * 7919) % hosts;
      const path = `/v${change}`;
      const file = join(directory, `h${index}.yaml`);
      const text = manifest(index, backendPort, [path]);
      if (change % 2 === 0) await writeFile(file, text);
      else {
        await writeFile(`${file}.new`, text);
        await rename(`${file}.new`, file);
      }
      const saved = performance.now();
      for (;;) {
        const status = await get(httpPort, `h${index}.example.com`, path);
        if (status === 200) break;
        if (status !== 404) errors++;
        if (performance.now() - saved > 30_000) throw new Error(`change ${change} is not served after 30 s`);
        await wait(1);
      }
      times.push(performance.now() - saved);
      if (values.verbose) console.error(`change ${change}: ${times.at(-1)?.toFixed(1)} ms`);
      await wait(60);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) =>
      Math.round((times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0) * 10) / 10;
    return {
      hosts,
      startMs: Math.round(startMs),
      medianMs: at(0.5),
      p90Ms: at(0.9),
      maxMs: at(1),
      errors,
      cpuMsPerChange: Math.round(((await cpuMs(child)) - before) / changes),
      rssMiB: await rssMiB(child),
    };
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) =>
      child.exitCode === null ? child.once('exit', resolve) : resolve(undefined),
    );
    backend.close();
    backend.closeAllConnections();
    await rm(directory, { recursive: true });
  }
}

if (values.envoy === '') throw new Error('name an Envoy: --envoy PATH or ENVOY=PATH');
const rows: Row[] = [];
for (const hosts of values.hosts.split(',')) rows.push(await measure(Number(hosts), Number(values.changes)));
if (values.json) console.log(JSON.stringify(rows, null, 2));
else console.table(rows);
