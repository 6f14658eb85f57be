// What can be seen of the status writer from outside: for metrics.

/** Called as things happen; must not throw. `kind` as in `IngressRoute`. */
export interface StatusObserver {
  written?(kind: string): void;
  /** The object already says so. */
  unchanged?(kind: string): void;
  /** Somebody changed the object meanwhile; it is read again. */
  conflict?(kind: string): void;
  /** `kind` may be `Event`. `code`: HTTP status, 0: no answer. `final`: not tried again for this generation of the object. */
  failed?(kind: string, code: number, final: boolean): void;
  /** An Event was created. */
  event?(kind: string): void;
  /** An Event was not sent since too many waited. */
  eventDropped?(kind: string): void;
  /** How many objects wait for their status to be written. */
  waiting?(objects: number): void;
}
