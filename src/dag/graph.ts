// The graph: all virtual hosts and verdicts, kept up to date one host at a time. A change dirties the hosts that
// read it; a rebuild builds as many of them as the time allows and tells what differs.
import type { Change } from './change.ts';
import { DependencyIndex, recordReads } from './dependencies.ts';
import { equal } from './equal.ts';
import { buildHost, createMemory, vacantHost } from './host.ts';
import type { HostBuild, Report } from './host-build.ts';
import { claimedHosts } from './host-name.ts';
import { HostQueue } from './host-queue.ts';
import type { Delta, Verdict, VirtualHost } from './model.ts';
import { type KubernetesObject, keyOf, type ObjectKey, type TLSCertificateDelegation } from './objects.ts';
import { settle } from './ownership.ts';
import { ReportIndex } from './reports.ts';
import { verdictOf } from './verdict.ts';
import { VerdictTable } from './verdict-table.ts';
import type { Claimant, DependencyKey, GraphSettings, ObjectView } from './view.ts';

export interface GraphOptions {
  readonly view: ObjectView;
  readonly settings: GraphSettings;
  /** Undefined for what is gone or, by its class, not ours. */
  readonly object: (key: ObjectKey) => KubernetesObject | undefined;
  readonly buildHost?: BuildHost;
  readonly verdictOf?: VerdictOf;
}

/** Pure; reads only through `view`. The verdicts of claimants and of objects in an incomplete build's reports wait. */
export type BuildHost = (view: ObjectView, settings: GraphSettings, host: string) => HostBuild;

/** Pure. No reports: no host knows the object. `reports` are sorted by host; `refusal` is Envoy's, of a host it owns. */
export type VerdictOf = (
  object: Judged,
  reports: readonly Report[],
  settings: GraphSettings,
  refusal?: string,
) => Verdict;

/** Objects of users that have a verdict: they are told what is wrong with them. */
export type Judged = Claimant | TLSCertificateDelegation;

export interface Graph {
  invalidate(change: Change): void;
  /** Envoy refuses the host's last content, or (undefined) does so no more. The owners' verdicts follow. */
  refuse(host: string, reason: string | undefined): void;
  /** Hosts to build and verdicts to compute; a rebuild that was out of time leaves some. */
  pending(): number;
  /**
   * Builds at least one host, edited ones first, and stops when out of time. A verdict is told when no
   * host that is known to have a say in it waits, the first ones when every host is built once.
   */
  rebuild(outOfTime: () => boolean): Delta;
  /** Whether a host was built from what the key names, or from its absence. */
  reads(key: DependencyKey): boolean;
  hosts(): ReadonlyMap<string, VirtualHost>;
  /** One for each IngressRoute and Ingress that is ours, and for each TLSCertificateDelegation. */
  verdicts(): ReadonlyMap<ObjectKey, Verdict>;
  /** Builds since the start, by host. */
  readonly built: number;
  /** Entries of all indexes: zero when all objects are gone. */
  readonly size: number;
}

export function createGraph(options: GraphOptions): Graph {
  return new IncrementalGraph(options);
}

/** An object that more hosts read doesn't come before the edits of others. */
const mostEdited = 8;

interface OpenDelta {
  readonly hosts: Map<string, VirtualHost | undefined>;
  readonly verdicts: Map<ObjectKey, Verdict | undefined>;
  built: number;
}

class IncrementalGraph implements Graph {
  readonly #options: GraphOptions;
  readonly #buildHost: BuildHost;
  readonly #verdictOf: VerdictOf;
  readonly #queue = new HostQueue();
  readonly #dependencies = new DependencyIndex();
  readonly #reports = new ReportIndex();
  readonly #hosts = new Map<string, VirtualHost>();
  readonly #refusals = new Map<string, string>();
  readonly #verdicts: VerdictTable;
  #builtOnce = false;
  #built = 0;

  constructor(options: GraphOptions) {
    this.#options = options;
    const memory = createMemory();
    this.#buildHost =
      options.buildHost ?? ((view, settings, host) => buildHost(view, settings, host, memory));
    const { inspections } = memory;
    this.#verdictOf =
      options.verdictOf ??
      ((object, reports, settings, refusal) =>
        verdictOf(object, reports, settings, { refusal, inspections }));
    this.#verdicts = new VerdictTable({
      verdict: (object) => this.#verdict(object),
      unsettled: (object) => this.#unsettled(object),
    });
  }

  get built(): number {
    return this.#built;
  }

  get size(): number {
    const indexes = this.#dependencies.size + this.#reports.size + this.#verdicts.size;
    return indexes + this.#hosts.size + this.#refusals.size + this.#queue.size;
  }

  reads(key: DependencyKey): boolean {
    return this.#dependencies.readers(key).size > 0;
  }

  hosts(): ReadonlyMap<string, VirtualHost> {
    return this.#hosts;
  }

  verdicts(): ReadonlyMap<ObjectKey, Verdict> {
    return this.#verdicts.verdicts;
  }

  pending(): number {
    return this.#queue.size + this.#verdicts.pending;
  }

  invalidate(change: Change): void {
    for (const key of change.dependencies) {
      const claimed = hostOfClaim(key);
      if (claimed !== undefined) this.#queue.add(claimed, { edited: change.userEdit });
      const readers = this.#dependencies.readers(key);
      const edited = change.userEdit && readers.size <= mostEdited;
      for (const host of readers) this.#queue.add(host, { edited });
      if (hasVerdict(key)) this.#verdicts.touch(key);
    }
  }

  refuse(host: string, reason: string | undefined): void {
    if (this.#refusals.get(host) === reason || !this.#hosts.has(host)) return;
    if (reason === undefined) this.#refusals.delete(host);
    else this.#refusals.set(host, reason);
    for (const owner of this.#hosts.get(host)?.owners ?? []) this.#verdicts.touch(owner);
  }

  rebuild(outOfTime: () => boolean): Delta {
    const delta: OpenDelta = { hosts: new Map(), verdicts: new Map(), built: 0 };
    let host = this.#queue.take();
    while (host !== undefined) {
      this.#build(host, delta);
      host = outOfTime() ? undefined : this.#queue.take();
    }
    if (this.#queue.size === 0) {
      this.#builtOnce = true;
      this.#verdicts.release();
    }
    if (this.#builtOnce) this.#verdicts.compute(outOfTime, delta.verdicts);
    return delta;
  }

  #build(host: string, delta: OpenDelta): void {
    const { view, settings } = this.#options;
    const recorder = recordReads(view);
    const build = this.#buildHost(recorder.view, settings, host);
    this.#built++;
    delta.built++;
    const claimants = view.claimants(host);
    this.#dependencies.replace(host, claimants.length > 0 ? recorder.reads : new Set());
    // Whom other hosts report on needs no word of this one.
    const onlyHere = (key: ObjectKey) => [...this.#reports.hostsOf(key)].every((one) => one === host);
    const concerned = () => [
      ...new Set([...claimants.map(keyOf), ...[...build.reports.keys()].filter(onlyHere)]),
    ];
    this.#verdicts.hold(host, build.incomplete ? concerned() : build.waiting);
    if (build.incomplete) {
      if (this.#passedOn(host, claimants)) this.#serve(host, vacantHost(host), delta);
      return;
    }
    this.#serve(host, build.host, delta);
    for (const object of this.#reports.replace(host, build.reports)) this.#verdicts.touch(object);
    this.#verdicts.retry(build.reports.keys());
  }

  /** What is served is, at least in part, of a namespace that may serve the host no more. */
  #passedOn(host: string, claimants: readonly Claimant[]): boolean {
    const before = this.#hosts.get(host);
    if (before === undefined) return false;
    const { root, ingresses } = settle(host, claimants, this.#options.settings);
    const namespaces = new Set([...(root ? [root] : []), ...ingresses].map(({ namespace }) => namespace));
    return before.owners.some((owner) => !namespaces.has(namespaceOf(owner)));
  }

  #serve(host: string, next: VirtualHost | undefined, delta: OpenDelta): void {
    const before = this.#hosts.get(host);
    if (equal(before, next)) return;
    delta.hosts.set(host, next);
    if (next) this.#hosts.set(host, next);
    else this.#hosts.delete(host);
    if (!this.#refusals.has(host)) return;
    for (const owner of [...(before?.owners ?? []), ...(next?.owners ?? [])]) this.#verdicts.touch(owner);
    if (next === undefined) this.#refusals.delete(host);
  }

  #verdict(key: ObjectKey): Verdict | undefined {
    const object = this.#options.object(key);
    if (!isJudged(object)) return undefined;
    return this.#verdictOf(object, this.#reports.of(key), this.#options.settings, this.#refusal(key));
  }

  /** Of the first refused host, by name, that the object owns. */
  #refusal(key: ObjectKey): string | undefined {
    if (this.#refusals.size === 0) return undefined;
    const refused = [...this.#reports.hostsOf(key)].filter(
      (host) => this.#refusals.has(host) && this.#hosts.get(host)?.owners.includes(key),
    );
    const first = refused.sort()[0];
    return first === undefined ? undefined : this.#refusals.get(first);
  }

  #unsettled(key: ObjectKey): boolean {
    const object = this.#queue.size > 0 ? this.#options.object(key) : undefined;
    if (object?.kind !== 'IngressRoute' && object?.kind !== 'Ingress') return false;
    let known = false;
    for (const host of this.#reports.hostsOf(key)) {
      known = true;
      if (this.#queue.has(host)) return true;
    }
    return !known || [...claimedHosts(object)].some((host) => this.#queue.has(host));
  }
}

const namespaceOf = (key: ObjectKey): string => key.split('/')[1] ?? '';

function hostOfClaim(key: DependencyKey): string | undefined {
  return key.startsWith('claim/') ? key.slice('claim/'.length) : undefined;
}

const judgedKinds: ReadonlySet<string> = new Set<Judged['kind']>([
  'IngressRoute',
  'Ingress',
  'TLSCertificateDelegation',
]);

const isJudged = (object: KubernetesObject | undefined): object is Judged =>
  object !== undefined && judgedKinds.has(object.kind);

const hasVerdict = (key: DependencyKey): key is ObjectKey => judgedKinds.has(key.slice(0, key.indexOf('/')));
