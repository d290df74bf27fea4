import { countedNoun, wholeNumber } from '#core/analysis/quantity.ts';
import { optimizerKindOf } from '#core/optimizer/optimizer.ts';
import { ratesMethods } from '#core/policy/rates.ts';
import { enumeratedSeeds } from '#core/seeds.ts';
import type { EarlyEndRule } from '#core/training/early-end.ts';
import { precisionMethods } from '#core/training/precision.ts';
import type { MethodsFacts, MethodsParagraph } from './methods-facts.ts';

/** The optimizer, the batches and the length of training. */
export function trainingMethods({ study, runs }: MethodsFacts): MethodsParagraph {
  const { optimizer, epochs, batchSize, labelSmoothing, warmupEpochs, earlyEnd, precision } = study.base;
  const undecayed =
    optimizer.noDecay === undefined ? '(those of batch norms too)' : 'but those of batch norms and biases';
  const baseline = study.arms.find((arm) => arm.role === 'baseline');
  const perEpoch = runs[0]?.stepsPerEpoch;
  const steps = perEpoch === undefined ? '' : ` of ${wholeNumber(perEpoch)} steps`;
  const text = [
    `${optimizerKindOf(optimizer).methods(optimizer)} of every trained variable ${undecayed} and in no reported loss.`,
    ...ratesMethods(study.base.rates),
    ...clippingTexts(optimizer.clipNorm),
    ...warmUpTexts(warmupEpochs),
    `Batches of ${batchSize}; the short last batch of an epoch is dropped in training and kept in evaluation.`,
    `${countedNoun(epochs, 'epoch')}${steps}${baseline ? `: S = ${wholeNumber(baseline.steps)} steps` : ''}.`,
    `The loss is the cross-entropy${smoothingText(labelSmoothing)}.`,
    ...(precision === undefined ? [] : [precisionMethods(precision)]),
    ...earlyEndTexts(earlyEnd),
  ];
  return { title: 'Training', text: text.join(' ') };
}

function clippingTexts(clipNorm: number | undefined): string[] {
  if (clipNorm === undefined) return [];
  return [`Gradients whose norm over all layers that train exceeds ${clipNorm} are scaled down to it.`];
}

function warmUpTexts(epochs: number | undefined): string[] {
  if (epochs === undefined) return [];
  const whose = 'In all arms, the rates rise linearly from 0';
  return [`${whose} for ${countedNoun(epochs, 'epoch')}; the cosines are over the steps that are left.`];
}

function earlyEndTexts(rule: EarlyEndRule | undefined): string[] {
  const ofLast = 'Test errors are those of the weights after the last step: no epoch is chosen by its error.';
  if (rule === undefined) return [ofLast];
  const end = `A run ends once ${countedNoun(rule.patience, 'epoch')} have passed without a lower validation error.`;
  if (rule.weights === 'last') return [end, ofLast];
  return [end, 'Test errors are those of the weights of the epoch with the lowest validation error.'];
}

function smoothingText(share: number | undefined): string {
  if (share === undefined) return '';
  return `; in training, ${share} of each label is divided among all classes (label smoothing), which training losses contain and other losses do not`;
}

/** The seeds, and why runs of one seed are a pair. */
export function seedMethods({ study, runs }: MethodsFacts): MethodsParagraph {
  const finished = runs.filter((run) => run.status === 'finished').length;
  const text = [
    `${study.seeds.length === 1 ? 'Seed' : 'Seeds'} ${enumeratedSeeds(study.seeds)}, ${countedNoun(study.arms.length, 'arm')}: ${countedNoun(runs.length, 'run')}, ${finished} of them finished.`,
    'Every draw is a function of the seed, its purpose, and the epoch, image or step (Philox4x32-10), so one seed gives the same initial weights, batches, augmentation and dropout in every arm. Runs are paired by seed with the baseline.',
  ];
  return { title: 'Seeds', text: text.join(' ') };
}
