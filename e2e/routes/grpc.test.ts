// gRPC through Envoy in all its forms, and gRPC-Web for browsers, to a server that knows gRPC alone.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type ServiceError,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { selfSigned } from '../../src/testing/certificates.ts';
import { ask } from '../../src/testing/http-client.ts';
import { type InProcess, startInProcess } from '../kit/in-process.ts';
import { backing, root, routeTo } from './kit.ts';

const host = 'grpc.test';
const same = (bytes: Buffer): Buffer => bytes;
const method = (path: string, stream: boolean) => ({
  ...{
    path,
    requestStream: stream,
    responseStream: stream,
    requestSerialize: same,
    requestDeserialize: same,
  },
  ...{ responseSerialize: same, responseDeserialize: same },
});
const methods = {
  echo: method('/e2e.Echo/Echo', false),
  fail: method('/e2e.Echo/Fail', false),
  chat: method('/e2e.Echo/Chat', true),
} satisfies ServiceDefinition;

type Call = ServerUnaryCall<Buffer, Buffer>;

/** Echoes one message or many, and fails when asked to. */
async function startServer(secured: ServerCredentials): Promise<{ server: Server; port: number }> {
  const server = new Server();
  server.addService(methods, {
    echo: ({ request }: Call, answer: sendUnaryData<Buffer>) => answer(null, request),
    fail: (_: Call, answer: sendUnaryData<Buffer>) =>
      answer({ code: status.FAILED_PRECONDITION, details: 'not today' }),
    chat: (call: ServerDuplexStream<Buffer, Buffer>) => {
      call.on('data', (message) => call.write(message)).on('end', () => call.end());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', secured, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { server, port };
}

const servers: Server[] = [];
let world: InProcess;
let client: Client;

before(async () => {
  const { certificate, key } = await selfSigned('grpc.e2e');
  const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(key) };
  const plain = await startServer(ServerCredentials.createInsecure());
  const tls = await startServer(ServerCredentials.createSsl(null, [pair]));
  servers.push(plain.server, tls.server);
  world = await startInProcess([
    ...backing('h2c', [plain.port], { 'upstream-protocol.h2c': '80' }),
    ...backing('h2', [tls.port], { 'upstream-protocol.h2': '80' }),
    root('grpc', host, [routeTo('/', 'h2c')]),
    root('secured', `h2.${host}`, [routeTo('/', 'h2')]),
  ]);
  client = connect(host);
});
after(async () => {
  client?.close();
  await world?.close();
  for (const server of servers) server.forceShutdown();
});

const connect = (authority: string) =>
  new Client(`127.0.0.1:${world.port}`, credentials.createInsecure(), {
    'grpc.default_authority': authority,
  });

const call = (by: Client, path: string, message: string) =>
  new Promise<string>((resolve, reject) => {
    by.makeUnaryRequest(path, same, same, Buffer.from(message), (error, answer) =>
      error ? reject(error) : resolve(String(answer)),
    );
  });

describe('gRPC', () => {
  test('a call', async () => assert.equal(await call(client, methods.echo.path, 'hello'), 'hello'));

  test('a call to a Service with TLS', async () => {
    const secured = connect(`h2.${host}`);
    assert.equal(await call(secured, methods.echo.path, 'hello'), 'hello');
    secured.close();
  });

  test('a failure arrives with its code and its words', async () => {
    await assert.rejects(call(client, methods.fail.path, ''), (error: ServiceError) => {
      assert.equal(error.code, status.FAILED_PRECONDITION);
      assert.equal(error.details, 'not today');
      return true;
    });
  });

  test('a stream in both directions: each message is answered while the stream is open', async () => {
    const stream = client.makeBidiStreamRequest(methods.chat.path, same, same, new Metadata());
    const answers = stream[Symbol.asyncIterator]();
    for (const message of ['one', 'two', 'three']) {
      stream.write(Buffer.from(message));
      assert.equal(String((await answers.next()).value), message);
    }
    stream.end();
    assert.equal((await answers.next()).done, true);
  });
});

/** A message of gRPC: a byte of flags, the length, the bytes. */
function framed(message: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(message), 1);
  return Buffer.concat([head, Buffer.from(message)]);
}

/** Flags and content of each frame; the trailers have flag 0x80. */
function frames(body: Buffer): readonly { readonly flags: number; readonly text: string }[] {
  const found = [];
  for (let at = 0; at < body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    found.push({ flags: body.readUInt8(at), text: body.subarray(at + 5, end).toString() });
    at = end;
  }
  return found;
}

describe('gRPC-Web over HTTP/1.1', () => {
  const post = (path: string, type: string, body: string | Buffer) => {
    const headers = { 'content-type': type, accept: type, 'x-grpc-web': '1' };
    return ask({ port: world.port, host, method: 'POST', path, body, headers });
  };

  test('binary: the answer, then the trailers', async () => {
    const answer = await post(methods.echo.path, 'application/grpc-web+proto', framed('hello'));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/grpc-web+proto');
    const [message, trailers] = frames(answer.body);
    assert.deepEqual(message, { flags: 0, text: 'hello' });
    assert.equal(trailers?.flags, 0x80);
    assert.match(trailers.text, /^grpc-status:\s*0\r$/m);
  });

  test('text: the same in base64', async () => {
    const body = framed('hello').toString('base64');
    const answer = await post(methods.echo.path, 'application/grpc-web-text+proto', body);
    assert.equal(answer.headers['content-type'], 'application/grpc-web-text+proto');
    const parts = answer.body.toString().match(/[^=]+=*/g) ?? [];
    const [message] = frames(Buffer.concat(parts.map((part) => Buffer.from(part, 'base64'))));
    assert.deepEqual(message, { flags: 0, text: 'hello' });
  });

  test('a failure is told as in gRPC', async () => {
    const answer = await post(methods.fail.path, 'application/grpc-web+proto', framed(''));
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['grpc-status'], String(status.FAILED_PRECONDITION));
    assert.equal(decodeURIComponent(String(answer.headers['grpc-message'])), 'not today');
  });
});
