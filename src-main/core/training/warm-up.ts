import type { TrainingPlan } from './plan.ts';
import type { TrainingSession } from './session.ts';

/**
 * One step on black images, and its loss read. A library sets itself up in its first step, which would count as training time of the run;
 * the caller restores the session's variables afterwards, so that no number of the run changes.
 */
export function warmUp(session: TrainingSession, plan: TrainingPlan, imageValues: number): void {
  const { batchSize } = plan.spec;
  session.rehearse({
    batch: { images: new Float32Array(batchSize * imageValues), labels: new Int32Array(batchSize), count: batchSize },
    step: 0,
    frozenLayers: 0,
    learningRates: new Float64Array(plan.layers.length),
  });
  session.lossTotal();
}
