import type { LabClient } from '#contract/client.ts';
import type { Access } from '#contract/procedure.ts';
import { specPaths } from '#contract/spec-paths.ts';
import { badRequest } from '#core/errors.ts';

/**
 * What a page may not ask for although the contract allows it: a page names data sets, it does not name files. A path is
 * let through only where a run of this home has it already, so that the run can be repeated.
 */
export interface PageGuard {
  /** Throws a bad request where the input brings a path of its own, and for a procedure that says nothing of its paths. */
  check(access: Partial<Access>, input: unknown): Promise<void>;
}

const PAGE_ROWS = 500;

export function createPageGuard(client: () => Promise<LabClient>): PageGuard {
  return {
    check: async ({ outside }, input) => {
      if (outside === undefined || (outside === null && holdsPath(input)) || outside?.bringsFile?.(input)) {
        throw badRequest("Files are chosen in the system's dialog: add images in Data sets, and import runs in Runs.");
      }
      const paths = outside?.pathsIn(input) ?? [];
      if (paths.length > 0 && !(await areStored(paths, await client()))) {
        throw badRequest('Files are not named in a spec here: add them in Data sets, then choose them by their name.');
      }
    },
  };
}

/** From the root, a drive, another computer or the user's own folder. */
const FULL_PATH = /^(\/|\\\\|[a-z]:[\\/]|~)/i;

/** Whether any text of the input is a full path, where the contract knows of names alone. */
function holdsPath(input: unknown): boolean {
  if (typeof input === 'string') return FULL_PATH.test(input);
  return typeof input === 'object' && input !== null && Object.values(input).some(holdsPath);
}

/** Whether runs that were started on this machine have all these paths; what was imported says nothing about it. */
async function areStored(paths: readonly string[], client: LabClient): Promise<boolean> {
  const missing = new Set(paths);
  let after: number | null = null;
  do {
    const page: Awaited<ReturnType<LabClient['runs']['rows']>> = await client.runs.rows({ after, limit: PAGE_ROWS });
    for (const run of page.rows) if (!run.imported) for (const path of specPaths(run.spec)) missing.delete(path);
    after = page.next;
  } while (missing.size > 0 && after !== null);
  return missing.size === 0;
}
