// The catalogue of everything that can be wrong with a user's objects: code, severity, wording with its remedy.

export type Severity = 'error' | 'warning';

export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** The route's match, if the problem concerns one route. */
  readonly route?: string;
}
