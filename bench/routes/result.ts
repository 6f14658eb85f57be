// What a run has measured, before any summary. This is the shape of the JSON file.
import type { Memory } from './program.ts';

/** CPU time of the two programs, in milliseconds. */
export interface Cpu {
  readonly controlPlane: number;
  readonly envoy: number;
}

export interface ColdStart {
  /** From the start of the control plane to 200 from the first and the last host. */
  readonly servedMs: number;
  /** From there to the last valid status. */
  readonly statusesMs: number;
  /** Up to the later of the two. */
  readonly cpu: Cpu;
  readonly controlPlane: Memory;
  readonly envoy: Memory;
}

/** All operations of one kind, one after the other. */
export interface Phase {
  /** From the request to the API server to the answer that shows it, for each operation. */
  readonly servedMs: readonly number[];
  /** To the valid status, where the operation has one. */
  readonly statusMs: readonly number[];
  /** For each operation, with the pause after it. */
  readonly cpuOfEach: readonly Cpu[];
  /** For all operations together, with the pauses between. */
  readonly cpu: Cpu;
  /** Wall time of the same. */
  readonly elapsedMs: number;
  /** Answers that neither the old nor the new configuration gives, by status; `0` is no answer. */
  readonly unexpected: Readonly<Record<string, number>>;
}

export interface Result {
  readonly implementation: 'ours' | 'peer';
  readonly routes: number;
  readonly tls: boolean;
  readonly operations: number;
  /** Time to store all objects; says how busy the machine was, nothing about the control plane. */
  readonly loadMs: number;
  readonly coldStart: ColdStart;
  /** With nothing to do, in milliseconds of CPU per second. */
  readonly idle: Cpu;
  readonly add: Phase;
  readonly endpointChange: Phase;
  readonly delete: Phase;
  /** After all operations. */
  readonly end: { readonly controlPlane: Memory; readonly envoy: Memory };
}

/** The machine and the programs, for who reads the figures. */
export interface Machine {
  readonly date: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly envoy: string;
}

/** The JSON file. */
export interface Results {
  readonly machine: Machine;
  readonly results: readonly Result[];
}
