// Metrics of the conversation with Envoys.
import type { Registry } from 'prom-client';
import type { ServerObserver } from '../../xds/observer.ts';
import { counter, other, readNumber } from './instruments.ts';

/**
 * `types`: the URL of each type that is served by our word for it, which becomes the label. Node names are the
 * client's to choose and no label.
 */
export function xdsMetrics(registry: Registry, types: Readonly<Record<string, string>>): ServerObserver {
  const words = new Map(Object.entries(types).map(([word, url]) => [url, word]));
  const wordOf = (url: string) => words.get(url) ?? other;
  const labels = { type: [...words.values(), other] };
  const count = (name: string, help: string) => counter(registry, { name, help, labels });
  const responses = count('contour_xds_responses_total', 'Responses sent to Envoys.');
  const resources = count(
    'contour_xds_resources_total',
    'Resources and removals in responses sent to Envoys.',
  );
  const bytes = count('contour_xds_response_bytes_total', 'Bytes of responses sent to Envoys, about.');
  const acks = count('contour_xds_acks_total', 'Responses that an Envoy accepted.');
  const nacks = count('contour_xds_nacks_total', 'Responses that an Envoy refused.');
  const unknown = counter(registry, {
    name: 'contour_xds_unknown_type_requests_total',
    help: 'Requests for a type that is not served.',
    labels: {},
  });
  /** Per connected stream the types with a response that isn't answered. */
  const open = new Map<number, Set<string>>();
  readNumber(
    registry,
    { name: 'contour_xds_connected_envoys', help: 'Envoys connected now.' },
    () => open.size,
  );
  readNumber(
    registry,
    {
      name: 'contour_xds_waiting_envoys',
      help: 'Connected Envoys that have not answered a response yet; one warms a cluster or hangs.',
    },
    () => [...open.values()].filter((unanswered) => unanswered.size > 0).length,
  );

  return {
    connected: (_node, stream) => void open.set(stream, new Set()),
    disconnected: (_node, stream) => void open.delete(stream),
    sent(url, names, size, stream) {
      const type = wordOf(url);
      open.get(stream)?.add(type);
      responses({ type });
      resources({ type }, names.length);
      bytes({ type }, size);
    },
    acked(url, _names, stream) {
      const type = wordOf(url);
      open.get(stream)?.delete(type);
      acks({ type });
    },
    rejected(url, _names, _reason, stream) {
      const type = wordOf(url);
      open.get(stream)?.delete(type);
      nacks({ type });
    },
    unknownType: () => unknown({}),
  };
}
