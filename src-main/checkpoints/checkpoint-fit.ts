import { AppError } from '#core/errors.ts';
import { isTrained } from '#core/network/variables.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import type { ReachedCheckpoint } from '#core/training/checkpoint.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { stateMisfit } from '#core/training/state-fit.ts';
import { CHECKPOINT_FORMAT, specSha256, type WrittenCheckpoint } from './checkpoint-record.ts';
import type { SafetensorsHeader, TensorEntry } from './safetensors-header.ts';

/** What distinguishes sums of gradients, and weights of the best epoch, as the names of slots do for the optimizer's state. */
export const GRADIENT_SUMS = 'gradient_sum';
export const BEST = 'best';

/** The run whose checkpoints are read. */
export interface CheckpointedRun {
  readonly runId: string;
  readonly plan: TrainingPlan;
}

/** The metadata by which weights name the record that was written with them. */
export function weightsMetadata(step: number, contentSha256: string): Record<string, string> {
  return { format: 'pt', step: String(step), checkpoint: String(CHECKPOINT_FORMAT), record: contentSha256 };
}

/** Throws 'corrupt' where the record in this file cannot be one of the run's at this step. */
export function checkRecord(
  path: string,
  { content, weights, sha256 }: WrittenCheckpoint,
  {
    runId,
    plan,
    step,
    reached,
  }: CheckpointedRun & { readonly step: number; readonly reached: ReachedCheckpoint | null },
): void {
  const { state, random, nextBatch, recentEvents } = content;
  if (specSha256(plan.spec) !== content.specSha256) throw misfit(path, 'belongs to a run with another spec');
  // Records of the first version, which have no hash, do not name their run.
  const isNamed = content.runId === runId || (sha256 === null && content.runId === undefined);
  if (!isNamed || recentEvents.some((event) => event.runId !== runId)) throw misfit(path, 'belongs to another run');
  const isInPlace =
    [state.step, random.step].every((at) => at === step) &&
    random.seed === plan.spec.seed &&
    weights.file === `${step}.safetensors` &&
    nextBatch.epoch === Math.floor(step / plan.stepsPerEpoch) + 1 &&
    nextBatch.stepInEpoch === step % plan.stepsPerEpoch;
  if (!isInPlace) throw misfit(path, `is not the record of step ${step}`);
  const problem = stateMisfit(plan, state);
  if (problem !== null) throw misfit(path, `does not fit the run: ${problem}`);
  if (sha256 === null && reached !== null) checkReported(path, content, { weights, reached });
}

/** A record without a hash has to say what the run reported of it. */
function checkReported(
  path: string,
  { state }: WrittenCheckpoint['content'],
  { weights, reached }: Pick<WrittenCheckpoint, 'weights'> & { readonly reached: ReachedCheckpoint },
): void {
  const { seconds } = reached;
  const isSame =
    weights.sha256 === reached.sha256 &&
    (['training', 'evaluation', 'checkpoint'] as const).every((phase) => state.seconds[phase] === seconds[phase]);
  if (!isSame) throw misfit(path, 'is not the checkpoint that the run reported');
}

/** Throws 'corrupt' where the tensors in this file cannot be those of the run, or not those of the record. Reads no tensor. */
export function checkWeights(
  path: string,
  { metadata, tensors }: SafetensorsHeader,
  { plan, record, step }: Pick<CheckpointedRun, 'plan'> & { readonly record: WrittenCheckpoint; readonly step: number },
): void {
  const { checkpoint, record: named } = metadata;
  const isNamed = record.sha256 === null ? checkpoint === undefined && named === undefined : named === record.sha256;
  const isOfVersion = record.sha256 === null || checkpoint === String(CHECKPOINT_FORMAT);
  if (!isNamed || !isOfVersion) throw misfit(path, `was not written with the record of step ${step}`);
  const problem = tensorsMisfit(plan, tensors);
  if (problem !== null) throw misfit(path, `does not fit the run: ${problem}`);
}

function tensorsMisfit({ spec, descriptions }: TrainingPlan, tensors: readonly TensorEntry[]): string | null {
  const variables = new Map(
    descriptions.flatMap((layer) => layer.variables).map((variable) => [variable.name, variable]),
  );
  const parts = new Set([...optimizerKindOf(spec.optimizer).slots, GRADIENT_SUMS]);
  const wrong = tensors.find(({ name, shape, dtype }) => {
    const slash = name.indexOf('/');
    const variable = variables.get(name.slice(slash + 1));
    const part = name.slice(0, Math.max(0, slash));
    if (variable === undefined || dtype !== 'F32' || String(shape) !== String(variable.shape)) return true;
    return !(slash < 0 || part === BEST || (parts.has(part) && isTrained(variable.kind)));
  });
  if (wrong !== undefined) return `"${wrong.name}" is none of its variables`;
  const names = new Set(tensors.map(({ name }) => name));
  const missing = [...variables.keys()].find((name) => !names.has(name));
  return missing === undefined ? null : `"${missing}" is missing`;
}

function misfit(path: string, problem: string): AppError {
  return new AppError('corrupt', `${path} ${problem}.`);
}
