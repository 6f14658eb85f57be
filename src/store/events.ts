// What sources of objects tell the store.

/** Object as it came from the API server or a file: untrusted JSON. */
export type RawObject = Readonly<Record<string, unknown>>;

export type ObjectEvent =
  | { readonly type: 'applied'; readonly object: RawObject }
  | { readonly type: 'deleted'; readonly object: RawObject };

/** Where a source delivers. One call is one batch; a source calls `synced` once, after its initial objects. */
export interface EventSink {
  apply(events: readonly ObjectEvent[]): void;
  synced(): void;
}
