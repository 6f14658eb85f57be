// Many operations of one kind, one after the other, with the CPU time that they take.
import type { Operation } from './operations.ts';
import type { Cpu, Phase } from './result.ts';
import { counter, now, pause, type Session } from './session.ts';
import { cpuSince, type Stage } from './stage.ts';

/** Pause after each operation, in milliseconds: the next one finds everything at rest. */
const between = 150;
/** What follows the last one belongs to the operations, too. */
const settle = 1500;

export interface PhaseOptions {
  readonly name: string;
  readonly operation: Operation;
  /** Hosts `first` to `first + operations - 1`. */
  readonly first: number;
  readonly operations: number;
}

export async function measurePhase(session: Session, stage: Stage, options: PhaseOptions): Promise<Phase> {
  const { name, operation, first, operations } = options;
  const servedMs: number[] = [];
  const statusMs: number[] = [];
  const cpuOfEach: Cpu[] = [];
  const unexpected: Record<string, number> = {};
  const count = counter(session, name, operations);
  const [before, start] = [stage.cpu(), now()];
  for (let index = first; index < first + operations; index++) {
    const atRest = stage.cpuOfThreads();
    const times = await operation(session, stage, index, (status) => {
      unexpected[status] = (unexpected[status] ?? 0) + 1;
    });
    servedMs.push(times.served);
    if (times.status !== undefined) statusMs.push(times.status);
    count();
    await pause(session, between);
    cpuOfEach.push(cpuSince(atRest, stage.cpuOfThreads()));
  }
  await pause(session, settle);
  const cpu = cpuSince(before, stage.cpu());
  return { servedMs, statusMs, cpuOfEach, cpu, elapsedMs: now() - start, unexpected };
}
