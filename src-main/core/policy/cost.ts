import type { Schedule } from './schedule.ts';
import { countFrozen } from './schedule.ts';

/** The part of a schedule that the cost of a run depends on. */
export type Freezes = Pick<Schedule, 'freezeSteps'>;

/**
 * Multiply-adds of one training step on one image with layers 0 .. frozenLayers-1 frozen: the forward pass of all layers,
 * weight gradients of the active layers, input gradients of the active layers but the first.
 */
export function stepCost(macs: readonly number[], frozenLayers: number): number {
  const forward = sum(macs, 0);
  return forward + sum(macs, frozenLayers) + sum(macs, frozenLayers + 1);
}

/** Share of the run's training multiply-adds that the schedule saves: 1 - sum_j cost(k(j)) / (S cost(0)), k(j) layers frozen. */
export function computeSaved(macs: readonly number[], schedule: Freezes, steps: number): number {
  const full = stepCost(macs, 0);
  let spent = 0;
  for (const { frozenLayers, length } of freezePhases(schedule, steps)) spent += length * stepCost(macs, frozenLayers);
  return 1 - spent / (steps * full);
}

export interface RunLength {
  /** S, the steps of the run. */
  readonly steps: number;
  /** The steps of the baseline: all epochs, none cut short. */
  readonly baselineSteps: number;
}

/** Share of the baseline's training multiply-adds that a run saves, by its schedule and by having fewer steps. */
export function computeSavedOfBaseline(macs: readonly number[], freezes: Freezes, length: RunLength): number {
  const { steps, baselineSteps } = length;
  return 1 - (steps * (1 - computeSaved(macs, freezes, steps))) / baselineSteps;
}

export interface FreezePhase {
  readonly firstStep: number;
  readonly length: number;
  readonly frozenLayers: number;
}

/** The run cut at its freezes: stretches of steps with the same number of frozen layers, in order, none empty. */
export function freezePhases(schedule: Freezes, steps: number): FreezePhase[] {
  const freezes = schedule.freezeSteps.filter((step): step is number => step !== null && step < steps);
  const starts = [...new Set([0, ...freezes])].sort((a, b) => a - b);
  return starts.map((firstStep, index) => ({
    firstStep,
    length: (starts[index + 1] ?? steps) - firstStep,
    frozenLayers: countFrozen(schedule.freezeSteps, firstStep),
  }));
}

/**
 * Steps of the equal-time baseline: S' = round(S (1 - saved)), at least 1.
 * It trains the unfrozen network for the time that the arm takes: the control that freezing has to beat.
 */
export function equalTimeSteps(steps: number, saved: number): number {
  return Math.max(1, Math.round(steps * (1 - saved)));
}

function sum(values: readonly number[], from: number): number {
  let total = 0;
  for (let index = from; index < values.length; index++) total += values[index];
  return total;
}
