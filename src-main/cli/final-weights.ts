import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import { AppError } from '#core/errors.ts';
import type { RunDetail } from '#core/records.ts';
import type { Context } from './context.ts';

/** Where a finished run keeps its weights. */
export function finalWeightsPath(home: string, runId: string): string {
  return join(home, 'runs', runId, 'weights.safetensors');
}

/** A run that has final weights. Throws 'conflict' where it has none. */
export async function finalWeightsOf(
  { home }: Pick<Context, 'home'>,
  client: LabClient,
  run: string,
): Promise<RunDetail> {
  const found = await client.runs.show({ run });
  if (existsSync(finalWeightsPath(home, found.id))) return found;
  throw new AppError(
    'conflict',
    `Run ${found.id} is ${found.status} and has no final weights here: finish it on this machine first.`,
  );
}
