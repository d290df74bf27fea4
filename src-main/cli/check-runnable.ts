import type { BaseSpec, RunSpec } from '#core/run.ts';
import { runSpecSchema } from '#core/run.ts';
import type { LabTools } from './lab-tools.ts';

/**
 * Finds what is wrong with a spec and its images before the home is opened, so that nothing is written for it.
 * A data set that only the home knows is checked there.
 */
export async function checkRunnable(spec: BaseSpec | RunSpec, tools: LabTools): Promise<void> {
  const images = await tools.describeDataset(spec.dataset);
  if (images !== null) await tools.checkRun(runSpecSchema.parse(spec), images);
}
