import type { DatasetInfo } from '#core/data/image-set.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { ImageShape } from '#core/network/operations/operation.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { Schedule } from '#core/policy/schedule.ts';
import type { HighStart } from '#core/policy/start-rates.ts';
import { highStart } from '#core/policy/start-rates.ts';
import type { ArmRecord, LayerRecord } from '#core/records.ts';
import type { BaseSpec } from '#core/run.ts';
import { armsOf, runSpecOf } from '#core/study.ts';
import type { RunEstimate } from '#core/training/duration-estimate.ts';
import { estimateStudy } from '#core/training/duration-estimate.ts';
import type { Measurement } from '#core/training/measured-pace.ts';
import { planForImages } from '#core/training/run-planning.ts';
import { planArm } from '#core/training/study-planning.ts';
import type { ChosenPolicy } from './policy-choices.ts';

export interface NetworkSizes {
  readonly layers: number;
  readonly params: number;
  /** Multiply-adds of one image's forward pass. */
  readonly macs: number;
}

/** Null where the images do not fit the network: the fields then say why. */
export function networkSizes(model: ModelSpec, input: ImageShape, classes: number): NetworkSizes | null {
  try {
    const layers = describeNetwork(buildNetwork(model, input, classes));
    const sum = (of: (layer: (typeof layers)[number]) => number) => layers.reduce((total, one) => total + of(one), 0);
    return { layers: layers.length, params: sum((layer) => layer.params), macs: sum((layer) => layer.macs) };
  } catch {
    return null;
  }
}

export interface PreviewArm extends ArmRecord {
  readonly layers: readonly LayerRecord[];
  readonly schedule: Schedule;
  readonly stepsPerEpoch: number;
  readonly learningRate: number;
  readonly highStart: HighStart | null;
  /** Whether its steps follow only from what the first run of its policy arm will have saved. */
  readonly awaitsRun: boolean;
  /** What takes it out of the study; null for arms that follow from others. */
  readonly choice: ChosenPolicy | null;
}

export interface StudyPreview {
  readonly arms: readonly PreviewArm[];
  readonly stepsPerEpoch: number;
  /** The steps of all arms with one seed. */
  readonly steps: number;
}

export interface PreviewedStudy {
  readonly base: BaseSpec;
  readonly policies: readonly ChosenPolicy[];
  readonly equalTimeBaseline: boolean;
}

/** Planning grows with the square of the layers; from there on it would be felt at each key. */
export const MOST_PREVIEWED_LAYERS = 1000;

/** The preview of a study that may not fit yet. Null where it does not: the fields then say why. */
export function previewStudy(study: PreviewedStudy, images: DatasetInfo): StudyPreview | null {
  try {
    return planPreview(study, images);
  } catch {
    return null;
  }
}

/**
 * The arms as they would be stored, with the schedules that would train. Null where a policy is not valid yet. Throws a bad request
 * where images, network and policies do not fit each other.
 */
export function planPreview(
  { base, policies, equalTimeBaseline }: PreviewedStudy,
  images: DatasetInfo,
): StudyPreview | null {
  const valid = policies.map(({ policy }) => policy).filter((policy) => policy !== null);
  if (valid.length < policies.length) return null;
  const plans = armsOf(valid, equalTimeBaseline);
  const { learningRate } = base.optimizer;
  const arms = plans.map((plan): PreviewArm => {
    const arm = planArm(base, plan, images);
    const steps = plan.role === 'equal-time' ? arm.steps : null;
    const { layers, schedule, stepsPerEpoch } = planForImages(runSpecOf(base, plan, { seed: 1, steps }), images);
    const awaitsRun = plan.ofPolicy !== null && !policyNeeds(plan.ofPolicy).plans;
    const choice = plan.role === 'policy' ? (policies.find(({ name }) => name === plan.name) ?? null) : null;
    return {
      ...arm,
      layers,
      schedule,
      stepsPerEpoch,
      learningRate,
      highStart: highStart(layers, learningRate),
      awaitsRun,
      choice,
    };
  });
  const baseline = planForImages(runSpecOf(base, plans[0], { seed: 1, steps: null }), images);
  return { arms, stepsPerEpoch: baseline.stepsPerEpoch, steps: arms.reduce((sum, arm) => sum + arm.steps, 0) };
}

export interface PreviewEstimate {
  /** The estimate of one run, by arm. */
  readonly runs: ReadonlyMap<string, RunEstimate>;
  /** What all runs take, one after another. */
  readonly seconds: number;
  /** Why they may take less. */
  readonly most: readonly string[];
}

/** Whether a policy lets the statistics of frozen layers move, so that its steps are measured by themselves. */
export function movesStatisticsIn({ arms }: Pick<StudyPreview, 'arms'>): boolean {
  return arms.some(({ policy }) => policyNeeds(policy).movesStatistics);
}

export interface StudyToEstimate {
  readonly base: BaseSpec;
  readonly seeds: readonly number[];
  readonly images: DatasetInfo;
}

export function estimatePreview(preview: StudyPreview, study: StudyToEstimate, measured: Measurement): PreviewEstimate {
  const { runs, seconds, most } = estimateStudy({ ...study, arms: preview.arms }, study.images, measured);
  return { runs: new Map(preview.arms.map((arm, index) => [arm.name, runs[index]])), seconds, most };
}

/** 0.2 -> 1.25: how many times as fast as the baseline, in multiply-adds. */
export function timesAsFast(saved: number): number {
  return 1 / (1 - saved);
}

/** What a measured pace depends on, and so under what it is kept. */
export function paceKey({ optimizer, ...base }: BaseSpec, images: DatasetInfo): string {
  const { model, batchSize, device, augment, input, views, prefixCache, earlyEnd, precision } = base;
  const update = { kind: optimizer.kind, clips: optimizer.clipNorm !== undefined };
  const { height, width, channels, classes } = images;
  return JSON.stringify({
    model,
    batchSize,
    device,
    augment,
    input,
    views,
    prefixCache,
    precision,
    update,
    savesBest: earlyEnd?.weights === 'best',
    image: [height, width, channels],
    classes,
  });
}
