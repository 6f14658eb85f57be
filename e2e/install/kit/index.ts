// What scenarios are written with.
export {
  cleanUp,
  everything,
  home,
  install,
  removeKinds,
  type Setting,
  uninstall,
  upgrade,
} from './chart.ts';
export { apply, helm, kubectl } from './commands.ts';
export { dump, dumpOnFailure } from './dump.ts';
export { readState, type State } from './state.ts';
export { answers, applyKuard, example, request, underLoad } from './workload.ts';
