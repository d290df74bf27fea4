import { join } from 'node:path';

/** Where a finished run keeps its weights. */
export function finalWeightsPath(home: string, runId: string): string {
  return join(home, 'runs', runId, 'weights.safetensors');
}
