import { decimal, percent, UNKNOWN } from '#core/analysis/quantity.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { HighStart } from '#core/policy/start-rates.ts';
import type { LayerRecord } from '#core/records.ts';
import { count, counted, duration } from './format.ts';
import type { NetworkSizes, PreviewArm, StudyPreview } from './study-preview.ts';
import { timesAsFast } from './study-preview.ts';

/** "7 layers, 26 842 parameters, 3.1 million multiply-adds an image". */
export function networkSentence(network: NetworkSizes | null): string {
  if (network === null) return 'Layers and parameters are shown once the network and its data set are known.';
  const { layers, params, macs } = network;
  return `${counted(layers, 'layer')}, ${counted(params, 'parameter')}, ${large(macs)} multiply-adds an image.`;
}

/**
 * "17.8 % of the compute saved, 1.22×, about 3 min a run"; the baseline saves nothing, it is what others are held against, and
 * of a policy that decides while it trains no saving can be predicted.
 */
export function armText({ role, policy, computeSaved, steps }: PreviewArm, seconds: number | null): string {
  if (!policyNeeds(policy).plans) return `decides while it trains: nothing is planned${aboutARun(seconds)}`;
  const saved =
    role === 'baseline'
      ? counted(steps, 'step')
      : `${percent(computeSaved)} of the compute saved, ${decimal(timesAsFast(computeSaved), 2)}×`;
  return saved + aboutARun(seconds);
}

/** "equal time: 658 steps of the baseline, about 3 min a run". */
export function equalTimeText({ steps, awaitsRun }: PreviewArm, seconds: number | null): string {
  if (awaitsRun) return 'equal time: as many steps of the baseline as last as long as the arm’s first run';
  return `equal time: ${counted(steps, 'step')} of the baseline${aboutARun(seconds)}`;
}

function aboutARun(seconds: number | null): string {
  return seconds === null ? '' : `, about ${duration(seconds)} a run`;
}

/** "7 arms × 3 seeds = 21 runs, 16 800 steps in all". */
export function previewedRunsText(preview: StudyPreview | null, seeds: number): string {
  if (preview === null || seeds === 0) return UNKNOWN;
  const arms = preview.arms.length;
  const product = `${counted(arms, 'arm')} × ${counted(seeds, 'seed')} = ${counted(arms * seeds, 'run')}`;
  return `${product}, ${counted(preview.steps * seeds, 'step')} in all`;
}

/** "stem starts at 8.0× the base rate". */
export function highStartText({ layer, factor }: HighStart): string {
  return `${layer} starts at ${decimal(factor, 1)}× the base rate`;
}

/** Why a start rate is marked, in one sentence. */
export function highStartSentence({ layer, factor, learningRate, layers }: HighStart): string {
  const others = layers === 1 ? '' : ` (and ${counted(layers - 1, 'more layer')} above 4×)`;
  return `${layer} starts at ${rate(learningRate)}, ${decimal(factor, 1)}× the base rate${others}: scaling divides the rate by r. It may diverge; a later t0, plain rates or a lower base rate avoid that.`;
}

/**
 * "from 64.3 %", "until 10.0 %" of the steps, or "throughout"; "never" for the head, "not planned" where the policy decides while
 * it trains.
 */
export function freezeText(layer: LayerRecord, { policy, layers, steps }: PreviewArm): string {
  const { freezeStep, unfreezeStep } = layer;
  if (freezeStep === null) {
    const isHead = layer.index === layers.length - 1;
    return policyNeeds(policy).plans || isHead ? 'never' : 'not planned';
  }
  const until = unfreezeStep === null ? null : `until ${percent(unfreezeStep / steps)}`;
  if (freezeStep === 0) return until ?? 'throughout';
  return [`from ${percent(freezeStep / steps)}`, until].filter((part) => part !== null).join(' ');
}

/** A learning rate with three digits. */
export function rate(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function large(value: number): string {
  if (value >= 1e9) return `${decimal(value / 1e9, 2)} thousand million`;
  if (value >= 1e6) return `${decimal(value / 1e6, 1)} million`;
  return count(value);
}
