// A folder of manifests for `serve`: the terminal shows what becomes of its objects.
import { createManifestSource } from '../kube/manifests/source.ts';
import type { Reporter } from '../ops/reporter.ts';
import type { Source, Surroundings } from './source.ts';

export interface FolderOptions extends Surroundings {
  readonly paths: readonly string[];
  readonly reporter: Reporter;
}

export function createFolderSource({ paths, reporter, clock }: FolderOptions): Source {
  let synced = false;
  return {
    about: paths.join(', '),
    store: {},
    verdicts: reporter.verdicts,
    served: reporter.served,
    parts: (_, sink) => [
      createManifestSource({
        directories: paths,
        sink: {
          apply: sink.apply,
          synced() {
            synced = true;
            sink.synced();
          },
        },
        clock,
        onProblem: reporter.file,
      }),
    ],
    waiting: () => (synced ? [] : ['the manifests are being read']),
  };
}
