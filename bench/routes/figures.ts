// The figures of the table and the plot: what each is called and how it is taken from a result.
import type { Cpu, Phase, Result } from './result.ts';
import { quantile } from './statistics.ts';

/** How a value is written. */
export type Unit = 's' | 'ms' | 'ms/s' | 'MiB' | 'count';

export interface Figure {
  readonly label: string;
  readonly unit: Unit;
  /** Undefined: not measured. */
  of(result: Result): number | undefined;
}

type PhaseName = 'add' | 'endpointChange' | 'delete';

/** A line of the plot has a panel of its own. */
export const plotted: readonly Figure[] = [
  { label: 'add: served, p50', unit: 'ms', of: ({ add }) => quantile(add.servedMs, 0.5) },
  { label: 'add: status valid, p50', unit: 'ms', of: ({ add }) => quantile(add.statusMs, 0.5) },
  { label: 'add: CPU of the control plane, p50', unit: 'ms', of: ({ add }) => typical(add, 'controlPlane') },
  { label: 'add: CPU of Envoy, p50', unit: 'ms', of: ({ add }) => typical(add, 'envoy') },
];

/** The rows of the table, in order. */
export const figures: readonly Figure[] = [
  {
    label: 'cold start: first and last host served',
    unit: 's',
    of: ({ coldStart }) => coldStart.servedMs / 1000,
  },
  { label: 'cold start: all statuses valid', unit: 's', of: ({ coldStart }) => coldStart.statusesMs / 1000 },
  {
    label: 'cold start: CPU of the control plane',
    unit: 's',
    of: ({ coldStart }) => coldStart.cpu.controlPlane / 1000,
  },
  { label: 'cold start: CPU of Envoy', unit: 's', of: ({ coldStart }) => coldStart.cpu.envoy / 1000 },
  {
    label: 'memory of the control plane: after cold start',
    unit: 'MiB',
    of: ({ coldStart }) => coldStart.controlPlane.now,
  },
  { label: 'memory of the control plane: after all', unit: 'MiB', of: ({ end }) => end.controlPlane.now },
  { label: 'memory of the control plane: peak', unit: 'MiB', of: ({ end }) => end.controlPlane.peak },
  { label: 'memory of Envoy: after cold start', unit: 'MiB', of: ({ coldStart }) => coldStart.envoy.now },
  { label: 'memory of Envoy: after all', unit: 'MiB', of: ({ end }) => end.envoy.now },
  { label: 'idle: CPU of the control plane', unit: 'ms/s', of: ({ idle }) => idle.controlPlane },
  { label: 'idle: CPU of Envoy', unit: 'ms/s', of: ({ idle }) => idle.envoy },
  ...phaseFigures('add', 'add'),
  ...phaseFigures('endpoint change', 'endpointChange'),
  ...phaseFigures('delete', 'delete'),
];

function phaseFigures(title: string, name: PhaseName): Figure[] {
  const times = (label: string, samples: (phase: Phase) => readonly number[], share: number): Figure => ({
    label: `${title}: ${label}`,
    unit: 'ms',
    of: (result) => quantile(samples(result[name]), share),
  });
  const served = ({ servedMs }: Phase) => servedMs;
  const status = ({ statusMs }: Phase) => statusMs;
  return [
    times('served, p50', served, 0.5),
    times('served, p95', served, 0.95),
    times('served, longest', served, 1),
    ...(name === 'add'
      ? [times('status valid, p50', status, 0.5), times('status valid, longest', status, 1)]
      : []),
    ...(['controlPlane', 'envoy'] as const).flatMap((program): Figure[] => {
      const label = `${title}: CPU of ${program === 'envoy' ? 'Envoy' : 'the control plane'}`;
      return [
        { label: `${label}, p50`, unit: 'ms', of: (result) => typical(result[name], program) },
        { label: `${label}, mean`, unit: 'ms', of: perOperation(name, program) },
      ];
    }),
    {
      label: `${title}: unexpected answers`,
      unit: 'count',
      of: (result) => Object.values(result[name].unexpected).reduce((sum, count) => sum + count, 0),
    },
  ];
}

/** Work that V8 leaves for later falls into few operations: the median leaves it out, the mean has it. */
const typical = ({ cpuOfEach }: Phase, program: keyof Cpu): number | undefined =>
  quantile(
    cpuOfEach.map((cpu) => cpu[program]),
    0.5,
  );

function perOperation(name: PhaseName, program: 'controlPlane' | 'envoy'): Figure['of'] {
  return (result) => result[name].cpu[program] / result.operations;
}
