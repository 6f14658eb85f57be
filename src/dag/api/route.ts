// A route of an IngressRoute.
import { flag, integer, object, type Read, text } from './kinds.ts';
import { delegate, oneTarget, services } from './service.ts';

const timeoutPolicy = object(
  {
    request: text(
      'From the whole request to the whole response, as a duration such as 500ms, 30s or 1m30s, or infinity. Default 15s.',
    ).optional(),
  },
  'How long a request may take.',
);

const retryPolicy = object(
  {
    count: integer('How often at most. 0 or absent is once.', { least: 0 }).optional(),
    perTryTimeout: text(
      'How long each try may take, as a duration such as 2s. Default: as long as the request.',
    ).optional(),
  },
  'Sends a request again that was answered with a 5xx status. Without it, none is.',
);

export const route = object(
  {
    match: text(
      'Required. Prefix of the path, which begins with "/". It ends at a segment boundary: /blog takes /blog and /blog/x, not /blogger. In an IngressRoute that is delegated to, the whole path again, equal to the delegating match or below it.',
    ),
    services: services(
      'Services that answer; several share the traffic by weight. Not together with delegate.',
    ),
    delegate: delegate('Leaves this prefix to another IngressRoute. Not together with services.').optional(),
    enableWebsockets: flag(
      'Lets clients upgrade connections to WebSocket. Needs exactly one service. Default false.',
    ),
    permitInsecure: flag('Serves this route over plain HTTP too, where the host has TLS. Default false.'),
    prefixRewrite: text(
      'What replaces the matched prefix in the path that the service sees: with match /blog and prefixRewrite /, /blog/x is seen as /x. Default: the path stays as it is.',
    ).optional(),
    timeoutPolicy: timeoutPolicy.optional(),
    retryPolicy: retryPolicy.optional(),
  },
  {
    description: 'A path and where it goes.',
    'x-kubernetes-validations': [
      {
        rule: "has(self.match) && self.match.startsWith('/')",
        message: 'route needs a match, a path that begins with "/", such as /blog',
      },
      { ...oneTarget, message: `route ${oneTarget.message}` },
      {
        rule: '!has(self.enableWebsockets) || !self.enableWebsockets || !has(self.services) || size(self.services) <= 1',
        message: 'enableWebsockets needs a route with exactly one service; split the route or leave it out',
      },
    ],
  },
);

export type Route = Read<typeof route>;
