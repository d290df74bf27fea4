import { shortHash } from '#core/data/run-data.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { drawnWeights } from '#core/network/initial-weights.ts';
import type { Checkpoint } from '#core/training/checkpoint.ts';
import type { TrainingPlan } from '#core/training/plan.ts';
import { FIRST_STATE } from '#core/training/progress.ts';
import type { NamedArrays, TrainingSession } from '#core/training/session.ts';
import { placedWeights } from '#core/weights/placed-weights.ts';
import type { RunWeights } from '#core/weights/run-weights.ts';
import type { PlacedVariable } from '#core/weights/weight-fit.ts';
import { type WeightsSpec, weightsWords } from '#core/weights/weights-spec.ts';
import type { WeightsToRead } from '#core/weights/weights-to-read.ts';
import type { FoundCheckpoint } from '../checkpoints/checkpoint-folder.ts';
import { readWeights } from '../checkpoints/weights-file.ts';
import { drawFirstWeights } from './first-weights.ts';

/** The state with which a run begins: the content of a checkpoint, or only first weights. */
export interface StartingPoint extends Omit<Checkpoint, 'gradientSums'> {
  /** Null: all zeros. */
  readonly gradientSums: NamedArrays | null;
}

/** Where a run may begin. */
export interface Beginnings {
  /** The newest sound checkpoint; null where there is none. */
  readonly found: FoundCheckpoint | null;
  /** The file of the spec's weights; null where it names none, or where the file is gone. */
  readonly weights: WeightsToRead | null;
}

/** The starting point, and what was read for it; null where no file of weights was. */
export interface FoundStart {
  readonly start: StartingPoint;
  readonly weights: RunWeights | null;
}

/** A checkpoint, else the spec's weights, else drawn ones. Throws what reading weights throws, and 'conflict' where they are others. */
export async function startingPoint(plan: TrainingPlan, { found, weights }: Beginnings): Promise<FoundStart> {
  if (found !== null) return { start: found.checkpoint, weights: null };
  const { weights: asked } = plan.spec;
  if (asked === undefined) return { start: await drawnStart(plan), weights: null };
  if (weights === null) {
    const advice = `restore ${weightsWords(asked)}, or add it again with \`lab weights add\``;
    throw new AppError('not-found', `The weights with which this run began are not there: ${advice}.`);
  }
  const read = await weightsRead(plan, asked, weights);
  return { start: atFirst(read.values), weights: { sha256: read.sha256 } };
}

/** All weights drawn from the seed, whatever the spec names. */
export async function drawnStart(plan: TrainingPlan): Promise<StartingPoint> {
  return atFirst(await drawFirstWeights(plan));
}

/** Sets all variables of the session to the starting point, whatever changed them before. */
export function restoreTo(session: TrainingSession, { weights, optimizer, gradientSums }: StartingPoint): void {
  session.restore(weights, optimizer);
  if (gradientSums !== null) session.setGradientSums(gradientSums);
}

function atFirst(weights: NamedArrays): StartingPoint {
  return { state: FIRST_STATE, weights, optimizer: new Map(), gradientSums: null, best: new Map() };
}

async function weightsRead(plan: TrainingPlan, weights: WeightsSpec, { path, sha256: needed }: WeightsToRead) {
  const { model, seed } = plan.spec;
  let sha256 = '';
  let drawn: NamedArrays = new Map();
  let placed: readonly PlacedVariable[] = [];
  const values = await readWeights({
    path,
    check: (found) => {
      sha256 = found;
      if (needed !== null && needed !== found) throw changed(path, { sha256: needed }, { sha256: found });
    },
    choose: (stored) => {
      const fit = placedWeights({ weights, stored, model, layers: plan.descriptions });
      drawn = drawnWeights(fit.drawn, model.kind, seed);
      placed = fit.placed;
      return placed;
    },
  });
  checkValues(path, placed, values);
  return { values: new Map([...values, ...drawn]), sha256 };
}

/** One value like these would make every loss NaN, which looks as if the run had diverged. */
function checkValues(path: string, placed: readonly PlacedVariable[], values: NamedArrays): void {
  for (const { stored, variable } of placed) {
    const found = values.get(variable.name) ?? new Float32Array();
    if (found.some((value) => !Number.isFinite(value))) {
      throw badRequest(
        `In ${path}, "${stored}" has values that are NaN or infinite: give weights of a run that did not diverge.`,
      );
    }
    if (variable.kind === 'bn-variance' && found.some((value) => value < 0)) {
      throw badRequest(`In ${path}, "${stored}" has a running variance below 0: give the file that training wrote.`);
    }
  }
}

function changed(path: string, needed: RunWeights, found: RunWeights): AppError {
  const change = `the hash was ${shortHash(needed)} and is now ${shortHash(found)}`;
  return new AppError(
    'conflict',
    `The weights in ${path} have changed (${change}): restore the file, or start a new run.`,
  );
}
