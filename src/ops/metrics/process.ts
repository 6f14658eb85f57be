// Metrics of the process under the names that Prometheus clients give them. All are read when they are scraped; the
// client's own collection keeps a timer of 10 ms and an observer of garbage collections running all the time.
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Registry } from 'prom-client';
import { readCounter, readGauge, readNumber } from './instruments.ts';

/** File descriptors are those of Linux, and absent elsewhere. */
export function processMetrics(registry: Registry): void {
  const cpu = () => process.cpuUsage();
  const memory = () => process.memoryUsage();
  const counters: readonly [name: string, help: string, read: () => number][] = [
    ['process_cpu_user_seconds_total', 'CPU time in user mode.', () => cpu().user / 1e6],
    ['process_cpu_system_seconds_total', 'CPU time in the kernel.', () => cpu().system / 1e6],
    ['process_cpu_seconds_total', 'CPU time, both.', () => (cpu().user + cpu().system) / 1e6],
    [
      'nodejs_eventloop_active_seconds_total',
      'Time that the event loop was not idle; a rate near 1 means that the process is at its limit.',
      () => performance.eventLoopUtilization().active / 1e3,
    ],
  ];
  for (const [name, help, read] of counters) readCounter(registry, { name, help }, read);

  const gauges: readonly [name: string, help: string, read: () => number][] = [
    [
      'process_start_time_seconds',
      'Start of the process since the Unix epoch.',
      () => performance.timeOrigin / 1e3,
    ],
    ['process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss()],
    ['nodejs_heap_size_total_bytes', 'Size of the JavaScript heap.', () => memory().heapTotal],
    ['nodejs_heap_size_used_bytes', 'What of it is used.', () => memory().heapUsed],
    ['nodejs_external_memory_bytes', 'Memory of objects outside the heap.', () => memory().external],
  ];
  for (const [name, help, read] of gauges) readNumber(registry, { name, help }, read);

  const { version } = process;
  readGauge(
    registry,
    { name: 'nodejs_version_info', help: 'Version of Node.js.', labels: { version: [version] } },
    () => [{ labels: { version }, value: 1 }],
  );
  fileMetrics(registry);
}

function fileMetrics(registry: Registry): void {
  if (process.platform !== 'linux') return;
  const gauges: readonly [name: string, help: string, read: () => number][] = [
    ['process_open_fds', 'Open file descriptors.', () => readdirSync('/proc/self/fd').length],
    [
      'process_max_fds',
      'Most file descriptors that may be open.',
      () => softLimit(readFileSync('/proc/self/limits', 'utf8')),
    ],
  ];
  for (const [name, help, read] of gauges) readNumber(registry, { name, help }, () => orNaN(read));
}

/** Not every container may look; that costs this number, not the others. */
function orNaN(read: () => number): number {
  try {
    return read();
  } catch {
    return Number.NaN;
  }
}

/** Infinite if there is none. */
const softLimit = (limits: string): number =>
  Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
