import type { RunSpec } from '#core/run.ts';
import { type Context, withLab } from './context.ts';

/**
 * Checks what is to be trained before anything is written: here before the home is opened, since there may be none yet; on another machine by the
 * owner of the home, whose files and disk it is about.
 */
export async function checkSpecs(context: Context, specs: readonly RunSpec[]): Promise<void> {
  if (specs.length === 0) return;
  if (context.elsewhere === null) for (const spec of specs) await context.tools.checkRun(spec, context.home);
  else
    await withLab(
      context,
      async (client) => void (await Promise.all(specs.map((spec) => client.runs.check({ spec })))),
    );
}
