// A host's build in words, so that a test's table shows what is served where.
import { buildHost } from '../dag/host.ts';
import type { Action, Backend, Route } from '../dag/model.ts';
import type { KubernetesObject, ObjectKey } from '../dag/objects.ts';
import type { GraphSettings } from '../dag/view.ts';
import { defaultSettings, viewOf } from './view.ts';

export interface HostSummary {
  /** `match -> action` in the order in which they are tried; undefined: not served on that listener. */
  readonly http: readonly string[] | undefined;
  readonly https: readonly string[] | undefined;
  /** `namespace/name` of the secret. */
  readonly certificate: string | undefined;
  /** Codes of every object that has a problem; a warning has `?`, one of the chain `^` behind it. */
  readonly problems: Readonly<Record<ObjectKey, readonly string[]>>;
}

/**
 * Actions: `web` or `web=3 api=1` (shares of Services, `!` for one that answers 503), `503`, `redirect`. A prefix
 * is its path, others have their kind in front.
 */
export function summarise(
  host: string,
  objects: readonly KubernetesObject[],
  settings: Partial<GraphSettings> = {},
): HostSummary {
  const build = buildHost(viewOf(objects), { ...defaultSettings, ...settings }, host);
  const problems: Record<ObjectKey, string[]> = {};
  for (const [key, { own, chain }] of build.reports) {
    const codes = [
      ...own.map(({ code, severity }) => `${code}${severity === 'warning' ? '?' : ''}`),
      ...chain.map(({ code, severity }) => `${code}${severity === 'warning' ? '?' : ''}^`),
    ];
    if (codes.length > 0) problems[key] = codes;
  }
  const { https } = build.host ?? {};
  return {
    http: build.host?.http?.map(line),
    https: https?.routes.map(line),
    certificate: https?.certificate && `${https.certificate.namespace}/${https.certificate.name}`,
    problems,
  };
}

function line({ match, action }: Route): string {
  const kind = match.kind === 'prefix' ? '' : `${match.kind} `;
  return `${kind}${match.path} -> ${words(action)}`;
}

function words(action: Action): string {
  if (action.kind === 'redirect-to-https') return 'redirect';
  if (action.kind === 'respond') return String(action.status);
  const { backends, websockets } = action;
  const single = backends.length === 1;
  const shares = backends.map((backend) =>
    single ? nameOf(backend) : `${nameOf(backend)}=${backend.weight}`,
  );
  return `${shares.join(' ')}${websockets ? ' websockets' : ''}`;
}

const nameOf = ({ cluster }: Backend): string => cluster?.service ?? '!';
