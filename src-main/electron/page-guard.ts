import type { LabClient } from '#contract/client.ts';
import type { Access } from '#contract/procedure.ts';
import { MOST_ROWS } from '#contract/runs.ts';
import { specPaths } from '#contract/spec-paths.ts';
import { badRequest } from '#core/errors.ts';

/**
 * Refuses requests of a page that the contract allows to others: a page names data sets, not files. A path gets through
 * only where a run of this home already has it, so that the run can be repeated.
 */
export interface PageGuard {
  /** Throws a bad request where the input brings a new path, and for a procedure that says nothing about its paths. */
  check(access: Partial<Access>, input: unknown): Promise<void>;
}

export function createPageGuard(client: () => Promise<LabClient>): PageGuard {
  return {
    check: async ({ outside }, input) => {
      if (outside === undefined || (outside === null && holdsPath(input)) || outside?.bringsFile?.(input)) {
        throw badRequest(
          "Choose files in the system's dialog: add images in Data sets and weights where a study begins, and import runs in Runs.",
        );
      }
      const paths = outside?.pathsIn(input) ?? [];
      if (paths.length > 0 && !(await areStored(paths, await client()))) {
        throw badRequest('A spec cannot name files here: add them in Data sets, then choose the data set by its name.');
      }
    },
  };
}

/** A path that starts at the root, a drive, another computer or the user's own folder. */
const FULL_PATH = /^(\/|\\\\|[a-z]:[\\/]|~)/i;

/** Whether any text of the input is a full path although the contract expects only names. */
function holdsPath(input: unknown): boolean {
  if (typeof input === 'string') return FULL_PATH.test(input);
  return typeof input === 'object' && input !== null && Object.values(input).some(holdsPath);
}

/** Whether runs that were started on this machine have all these paths; imported runs do not count. */
async function areStored(paths: readonly string[], client: LabClient): Promise<boolean> {
  const missing = new Set(paths);
  let after: number | null = null;
  do {
    const page: Awaited<ReturnType<LabClient['runs']['rows']>> = await client.runs.rows({ after, limit: MOST_ROWS });
    for (const run of page.rows) if (!run.imported) for (const path of specPaths(run.spec)) missing.delete(path);
    after = page.next;
  } while (missing.size > 0 && after !== null);
  return missing.size === 0;
}
