// One line for each request, and for each connection that is handed on as it is.
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AccessLogSchema } from '@envoyproxy/protos/envoy/config/accesslog/v3/accesslog_pb.js';
import { FileAccessLogSchema } from '@envoyproxy/protos/envoy/extensions/access_loggers/file/v3/file_pb.js';
import { StdoutAccessLogSchema } from '@envoyproxy/protos/envoy/extensions/access_loggers/stream/v3/stream_pb.js';
import type { ObjectKey } from '../dag/objects.ts';
import { pack } from './encode.ts';
import { logText } from './log-text.ts';

const clientAddress = '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%';

/**
 * Envoy's usual line, and two more columns that no client can write (X-Forwarded-For and User-Agent may hold anything,
 * quotes too): the client's address as Envoy believes it, and the route's name, which is the object and the match that
 * answered.
 */
export const requestLine = `${[
  '[%START_TIME%]',
  '"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%"',
  '%RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION%',
  '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%"',
  `"%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" "${clientAddress}" "%ROUTE_NAME%"`,
].join(' ')}\n`;

/**
 * The same columns as far as a connection has them: the server name of its handshake for the host, and at the end the
 * object that handed it on.
 */
export const connectionLine = (source: ObjectKey): string =>
  `${[
    '[%START_TIME%]',
    '"- - TCP"',
    '- %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION%',
    `- "${clientAddress}" "-" "-"`,
    `"%REQUESTED_SERVER_NAME%" "%UPSTREAM_HOST%" "${clientAddress}" "${logText(source).replaceAll('%', '%%')}"`,
  ].join(' ')}\n`;

/** Where `/dev/stdout` is asked for Envoy's own stream is used: the device can't be opened if stdout is a socket. */
const stdout = '/dev/stdout';

/** `path` is a file that Envoy opens, or `/dev/stdout`; an empty path means no log. `line`: Envoy's format. */
export function accessLogs(path: string, line: string): MessageInitShape<typeof AccessLogSchema>[] {
  if (path === '') return [];
  const accessLogFormat = {
    case: 'logFormat' as const,
    value: {
      format: {
        case: 'textFormatSource' as const,
        value: { specifier: { case: 'inlineString' as const, value: line } },
      },
    },
  };
  const [name, config] =
    path === stdout
      ? ['envoy.access_loggers.stdout', pack(StdoutAccessLogSchema, { accessLogFormat })]
      : ['envoy.access_loggers.file', pack(FileAccessLogSchema, { path, accessLogFormat })];
  return [{ name, configType: { case: 'typedConfig', value: config } }];
}
