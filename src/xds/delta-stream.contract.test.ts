// The contract of delta xDS, met by the machine without a socket.
import { createDeltaStream } from './delta-stream.ts';
import type { DeltaResponse } from './message.ts';
import { type ContractClient, type ContractSubject, deltaContract } from './testing/delta-contract.ts';

function connect({ cache, types, clock }: ContractSubject): ContractClient {
  const stream = createDeltaStream({ cache, types, generation: 'g' });
  const responses: DeltaResponse[] = [];
  cache.subscribe({ changed: (touched) => stream.changed(touched) });
  return {
    send(request) {
      stream.request(request);
    },
    async next() {
      const taken = stream.take(clock.now());
      for (const { size } of taken) stream.flushed(size);
      responses.push(...taken);
      const response = responses.shift();
      if (response === undefined) throw new Error('no response');
      return response;
    },
    async [Symbol.asyncDispose]() {},
  };
}

deltaContract('the machine', connect);
