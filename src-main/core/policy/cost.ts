import type { LayerRecord } from '../records.ts';
import type { Schedule } from './schedule.ts';
import { countFrozen } from './schedule.ts';

/** The part of a schedule that the cost of a run depends on. */
export type Freezes = Pick<Schedule, 'freezeSteps' | 'unfreezeSteps'>;

/** The freezes that a run's layers have in its plan. */
export function freezesOfLayers(layers: readonly Pick<LayerRecord, 'freezeStep' | 'unfreezeStep'>[]): Freezes {
  return {
    freezeSteps: layers.map((layer) => layer.freezeStep),
    unfreezeSteps: layers.map((layer) => layer.unfreezeStep),
  };
}

/** A step from which on another number of layers is frozen. */
export interface DepthChange {
  readonly step: number;
  readonly frozenLayers: number;
}

/** How the number of frozen layers changes with these steps at which one layer more, or one layer less, is frozen. */
export function depthChanges(freezes: readonly number[], unfreezes: readonly number[]): DepthChange[] {
  const steps = [...new Set([...freezes, ...unfreezes])].sort((a, b) => a - b);
  const countUpTo = (all: readonly number[], step: number) => all.filter((at) => at <= step).length;
  return steps.map((step) => ({ step, frozenLayers: countUpTo(freezes, step) - countUpTo(unfreezes, step) }));
}

/** The number of frozen layers at a step; `changes` are in order. */
export function depthAt(changes: readonly DepthChange[], step: number): number {
  return changes.findLast((change) => change.step <= step)?.frozenLayers ?? 0;
}

/** Whether a layer trains in any step, by its plan: one that is frozen from the start may stay so. */
export function isEverTrained({ freezeStep, unfreezeStep }: Pick<LayerRecord, 'freezeStep' | 'unfreezeStep'>): boolean {
  return freezeStep !== 0 || unfreezeStep !== null;
}

/** Freezes after which no layer trains again. */
export function lastingFreezes(freezeSteps: Freezes['freezeSteps']): Freezes {
  return { freezeSteps, unfreezeSteps: freezeSteps.map(() => null) };
}

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

/**
 * The run cut where layers freeze or train again: stretches of steps with the same number of frozen layers, in order, none
 * empty. The first one has frozen layers where some are frozen from the start.
 */
export function freezePhases(schedule: Freezes, steps: number): FreezePhase[] {
  const changes = [...schedule.freezeSteps, ...schedule.unfreezeSteps].filter((step) => step !== null);
  const starts = [...new Set([0, ...changes.filter((step) => step < steps)])].sort((a, b) => a - b);
  return starts.map((firstStep, index) => ({
    firstStep,
    length: (starts[index + 1] ?? steps) - firstStep,
    frozenLayers: countFrozen(schedule, firstStep),
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
