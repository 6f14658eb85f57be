// The three changes that are measured, one object at a time, and what counts as served.
import { endpointSlice, names, paths } from './objects.ts';
import { addresses } from './sandbox.ts';
import { now, type Session, until } from './session.ts';
import type { Stage } from './stage.ts';
import { statusOfOne } from './statuses.ts';

/** Milliseconds from the request to the API server. */
export interface Times {
  readonly served: number;
  /** Undefined: the operation changes no status. */
  readonly status?: number;
}

/** Counts an answer that neither the old nor the new configuration gives; 0 is no answer. */
export type Unexpected = (status: number) => void;

export type Operation = (
  session: Session,
  stage: Stage,
  index: number,
  unexpected: Unexpected,
) => Promise<Times>;

/** For one operation, in milliseconds. */
const within = 120_000;

/** After the first 200, so many more must follow. */
const confirmations = 5;

/** POST of a route; 404 until 200. Over TLS the connection is closed until the host has its certificate. */
export const add: Operation = async (session, stage, index, unexpected) => {
  const { api, implementation, get } = stage;
  const host = names.host(index);
  const start = now();
  await api.send('POST', implementation.routes, implementation.route(index));
  const judged = statusOfOne(session, api, { implementation, index, within }).then(() => now() - start);
  judged.catch(() => {}); // Awaited below.
  await until(session, { what: `${host} to answer 200`, within }, async () => {
    const { status } = await get(host);
    if (status === 200) return undefined;
    if (!isAbsent(stage, status)) unexpected(status);
    return `status ${status}`;
  });
  const served = now() - start;
  for (let more = 0; more < confirmations; more++) {
    const { status } = await get(host);
    if (status !== 200) unexpected(status);
  }
  return { served, status: await judged };
};

/** PUT of the host's EndpointSlice with the other backend's address; 200 from the old one until 200 from the new. */
export const changeEndpoint: Operation = async (session, { api, get }, index, unexpected) => {
  const host = names.host(index);
  const start = now();
  const object = endpointSlice(index, addresses.second);
  await api.send('PUT', `${paths.endpointSlices}/${names.endpointSlice(index)}`, object);
  await until(session, { what: `${host} to answer from ${addresses.second}`, within }, async () => {
    const { status, body } = await get(host);
    if (status !== 200) unexpected(status);
    return status === 200 && body === addresses.second ? undefined : `status ${status} from "${body}"`;
  });
  return { served: now() - start };
};

/** DELETE of the route; 200 until 404, or until the connection is closed over TLS. */
export const remove: Operation = async (session, stage, index, unexpected) => {
  const host = names.host(index);
  const start = now();
  await stage.api.send('DELETE', `${stage.implementation.routes}/${names.route(index)}`);
  await until(session, { what: `${host} to answer 404`, within }, async () => {
    const { status } = await stage.get(host);
    if (isAbsent(stage, status)) return undefined;
    if (status !== 200) unexpected(status);
    return `status ${status}`;
  });
  return { served: now() - start };
};

/** Is this how Envoy answers for a host that it doesn't know? */
function isAbsent({ tls }: Stage, status: number): boolean {
  return status === 404 || (tls && status === 0);
}
