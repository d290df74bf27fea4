import type { LabClient } from '#contract/client.ts';
import type { DatasetLocation } from '#core/data/dataset-location.ts';
import { badRequest } from '#core/errors.ts';
import type { BaseSpec, RunSpec } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';

/**
 * What a page may not ask for although the contract allows it: a page names data sets, it does not name files. A path is
 * let through only where a run of this home has it already, so that the run can be repeated.
 */
export interface PageGuard {
  /** Throws a bad request where the input brings a path of its own. */
  check(procedure: string, input: unknown): Promise<void>;
}

type Paths = readonly string[];

/** Procedures whose input may hold paths, and where in it. */
const PATHS_IN: Readonly<Record<string, (input: never) => Paths>> = {
  'runs.start': ({ spec }: { readonly spec: RunSpec }) => pathsOf(spec),
  'runs.measure': ({ spec }: { readonly spec: RunSpec }) => pathsOf(spec),
  'studies.start': ({ spec }: { readonly spec: StudySpec }) => pathsOf(spec.base),
  'searches.start': ({ base }: { readonly base?: BaseSpec }) => (base === undefined ? [] : pathsOf(base)),
  'studies.estimate': ({ spec }: { readonly spec: StudySpec }) => pathsOf(spec.base),
};

/** What takes files from anywhere: for pages there are dialogs instead (`desktop.addDataset`, `desktop.importRuns`). */
const DIALOG_ONLY: Readonly<Record<string, (input: never) => boolean>> = {
  'datasets.add': ({ location }: { readonly location: DatasetLocation }) => 'path' in location,
  'runs.import': () => true,
};

const PAGE_ROWS = 500;

export function createPageGuard(client: () => Promise<LabClient>): PageGuard {
  return {
    check: async (procedure, input) => {
      if (DIALOG_ONLY[procedure]?.(input as never)) {
        throw badRequest("Files are chosen in the system's dialog: add images in Data sets, and import runs in Runs.");
      }
      const paths = PATHS_IN[procedure]?.(input as never) ?? [];
      if (paths.length > 0 && !(await areStored(paths, await client()))) {
        throw badRequest('Files are not named in a spec here: add them in Data sets, then choose them by their name.');
      }
    },
  };
}

function pathsOf({ dataset, initialWeights }: Pick<BaseSpec, 'dataset' | 'initialWeights'>): Paths {
  return [
    ...(typeof dataset === 'object' && 'path' in dataset ? [dataset.path] : []),
    ...(initialWeights === undefined ? [] : [initialWeights]),
  ];
}

/** Whether runs that were started on this machine have all these paths; what was imported says nothing about it. */
async function areStored(paths: Paths, client: LabClient): Promise<boolean> {
  const missing = new Set(paths);
  let after: number | null = null;
  do {
    const page: Awaited<ReturnType<LabClient['runs']['rows']>> = await client.runs.rows({ after, limit: PAGE_ROWS });
    for (const run of page.rows) if (!run.imported) for (const path of pathsOf(run.spec)) missing.delete(path);
    after = page.next;
  } while (missing.size > 0 && after !== null);
  return missing.size === 0;
}
