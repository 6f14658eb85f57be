// Results with figures that a test can tell apart.
import type { Machine, Phase, Result } from '../result.ts';

export const machine: Machine = {
  date: '2026-01-02T03:04:05.000Z',
  cores: 2,
  cpu: 'test <cpu>',
  memoryGiB: 8,
  kernel: '6.0',
  node: 'v24.0.0',
  envoy: '1.40.0',
};

function phaseOf(served: number): Phase {
  return {
    servedMs: [served, served * 2, served * 3],
    statusMs: [served * 10],
    cpuOfEach: [1, 2, 9].map((share) => ({ controlPlane: served * share, envoy: 0 })),
    cpu: { controlPlane: served * 12, envoy: 0 },
    elapsedMs: 1000,
    unexpected: { 503: 2, 0: 1 },
  };
}

/** Three operations; an add is served in `served` to three times `served` milliseconds. */
export function resultOf(
  implementation: Result['implementation'],
  { routes, served }: { readonly routes: number; readonly served: number },
): Result {
  const memory = { now: 100, peak: 200 };
  return {
    implementation,
    routes,
    tls: false,
    operations: 3,
    loadMs: 1,
    coldStart: {
      servedMs: 1500,
      statusesMs: 2500,
      cpu: { controlPlane: 500, envoy: 250 },
      controlPlane: memory,
      envoy: memory,
    },
    idle: { controlPlane: 1, envoy: 2 },
    add: phaseOf(served),
    endpointChange: phaseOf(served),
    delete: phaseOf(served),
    end: { controlPlane: memory, envoy: memory },
  };
}
