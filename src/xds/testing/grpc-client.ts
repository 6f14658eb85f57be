// A delta client over gRPC, for tests: messages in, messages out.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
} from '@envoyproxy/protos/envoy/service/discovery/v3/discovery_pb.js';
import { Client, type ClientDuplexStream, credentials, type StatusObject } from '@grpc/grpc-js';
import { withDeadline } from '../../testing/deadline.ts';
import type { DeltaRequest, DeltaResponse } from '../message.ts';

const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources';

/** Milliseconds without a response after which a test has failed. */
const patience = 10_000;

export function encodeRequest(request: DeltaRequest): Uint8Array {
  const message = create(DeltaDiscoveryRequestSchema, {
    ...(request.node === undefined ? {} : { node: { id: request.node } }),
    typeUrl: request.type,
    resourceNamesSubscribe: [...request.subscribe],
    resourceNamesUnsubscribe: [...request.unsubscribe],
    initialResourceVersions: Object.fromEntries(request.initialVersions),
    responseNonce: request.nonce,
    ...(request.refusal === undefined ? {} : { errorDetail: { code: 13, message: request.refusal } }),
  });
  return toBinary(DeltaDiscoveryRequestSchema, message);
}

export function decodeResponse(bytes: Uint8Array): DeltaResponse {
  const message = fromBinary(DeltaDiscoveryResponseSchema, bytes);
  const resources = message.resources.map(({ name, version, resource }) => {
    if (resource?.typeUrl !== message.typeUrl) throw new Error(`${name} has the type ${resource?.typeUrl}`);
    return { name, version, bytes: resource.value };
  });
  return {
    type: message.typeUrl,
    nonce: message.nonce,
    resources,
    removed: message.removedResources,
    size: 0,
  };
}

/** One stream over a connection of its own. */
export class GrpcClient implements AsyncDisposable {
  /** How the stream ended. */
  readonly status: Promise<StatusObject>;
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Uint8Array, Uint8Array>;
  readonly #responses: AsyncIterator<Uint8Array>;

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    this.#call = this.#client.makeBidiStreamRequest(
      path,
      (bytes: Uint8Array) => Buffer.from(bytes),
      (bytes: Buffer) => new Uint8Array(bytes),
    );
    this.status = new Promise((resolve) => this.#call.on('status', resolve));
    this.#call.on('error', () => {
      // The status tells.
    });
    this.#responses = this.#call[Symbol.asyncIterator]();
  }

  send(request: DeltaRequest): void {
    this.sendBytes(encodeRequest(request));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#call.write(bytes);
  }

  async next(): Promise<DeltaResponse> {
    const { value, done } = await withDeadline(this.#responses.next(), patience, 'a response');
    if (done === true) throw new Error('the stream has ended');
    return decodeResponse(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#call.cancel();
    this.#client.close();
    await this.status;
  }
}
