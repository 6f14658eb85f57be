// The lines of a watch on their way through the proxy, and what faults make of them.
import type { ApiRequest, Fault, Faults } from './proxy-faults.ts';

const lineEnd = Buffer.from('\n');
const ofLines: readonly Fault['kind'][] = ['half-line', 'error-event'];

export interface Passage {
  readonly request: ApiRequest;
  readonly faults: Faults;
  /** Resolves when all that was yielded is on its way to the client. */
  flushed(): Promise<void>;
}

/** Faults are asked for at every line, so that they reach watches that are open. Throws where the stream breaks. */
export async function* faultyLines(
  source: AsyncIterable<Buffer>,
  { request, faults, flushed }: Passage,
): AsyncGenerator<Buffer> {
  for await (const line of linesOf(source)) {
    for (let active = faults.take(request, ['hold']); active; active = faults.take(request, ['hold']))
      await active.over;
    const fault = faults.take(request, ofLines)?.fault;
    if (fault?.kind === 'error-event') {
      yield errorEvent(fault.code, fault.reason);
      return;
    }
    if (fault?.kind !== 'half-line') {
      yield line;
      continue;
    }
    yield line.subarray(0, line.length >> 1);
    if (fault.next === 'end') return;
    if (fault.next === 'go on') {
      yield lineEnd;
      continue;
    }
    await flushed();
    throw new Error('the proxy cuts the stream');
  }
}

/** Each with its end; what follows the last line end comes as it is. */
async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield rest.subarray(0, end + 1);
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield rest;
}

const errorEvent = (code: number, reason: string): Buffer =>
  Buffer.from(`${JSON.stringify({ type: 'ERROR', object: statusObject(code, reason) })}\n`);

/** What the API server says when it refuses. */
export const statusObject = (code: number, reason: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `${reason}, by a fault of the test`,
  reason,
  code,
});
