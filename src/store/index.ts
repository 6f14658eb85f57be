// Objects as they arrive, kept and asked. `store.ts` takes events and answers the graph; `indexes.ts` holds the
// indexes: claims of hosts, classes, grants of secrets, slices of Services. `addresses.ts`: which endpoints may be
// served. `tally.ts`: counts. `events.ts`: what sources deliver.
export type { EventSink, ObjectEvent, RawObject } from './events.ts';
export { createStore, type Store, type StoreSettings } from './store.ts';
export type { StoreCounts } from './tally.ts';
