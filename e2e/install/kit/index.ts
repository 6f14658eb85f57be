// What scenarios are written with.
export { apply, helm, kubectl } from './commands.ts';
export { dump } from './dump.ts';
export { readState, type State } from './state.ts';
