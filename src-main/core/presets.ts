import type { z } from 'zod';
import { badRequest } from './errors.ts';
import { networkName } from './figure/labels.ts';
import { STANDING_STILL } from './policy/freezeout.ts';
import type { studySpecSchema } from './study.ts';
import { armsOf, parseStudySpec, type StudySpec } from './study.ts';

/** A question, and the studies that answer it. */
export interface Preset {
  readonly question: string;
  readonly studies: readonly StudySpec[];
}

type WrittenStudy = z.input<typeof studySpecSchema>;
type WrittenBase = WrittenStudy['base'];
type WrittenPolicy = WrittenStudy['arms'][number];
type WrittenModel = WrittenBase['model'];

interface WrittenPreset {
  readonly question: string;
  readonly studies: readonly WrittenStudy[];
}

const SEEDS = [1, 2, 3];

const DENSENET: WrittenModel = { kind: 'densenet-bc', depth: 76, growth: 12 };
const WIDE_RESNET: WrittenModel = { kind: 'wide-resnet', depth: 40, width: 4 };
const VGG: WrittenModel = { kind: 'vgg', depth: 16 };

/** The authors' training (Brock et al. 2017): 45,000 images in batches of 50, 100 epochs. Sized for a GPU. */
function full(dataset: 'cifar10' | 'cifar100', model: WrittenModel): WrittenBase {
  return { dataset, train: 45_000, validation: 5_000, model, epochs: 100, batchSize: 50, prefixCache: 'off' };
}

const SMALL_RESNET: WrittenModel = { kind: 'wide-resnet', depth: 16, width: 1 };
const SMALL_RESNET_WITHOUT_SKIPS: WrittenModel = { ...SMALL_RESNET, skip: false };
/** A quarter of the filters, at a rate and without dropout at which it learns within some hundred steps. */
const SMALL_VGG: WrittenModel = { kind: 'vgg', depth: 16, width: 0.25, dropout: 0 };

/**
 * Sized by measurement: a run takes about 45 s on two CPU cores, and the baseline comes below 12 % test error. The cache of
 * frozen layers is off, since the paper has none: what is saved is the schedule's own.
 */
function mini(model: WrittenModel, change: Partial<WrittenBase> = {}): WrittenBase {
  return {
    ...{ dataset: 'fashion-mnist', train: 11_000, validation: 1_000, test: 10_000, model },
    ...{ epochs: 5, batchSize: 50, augment: 'none', prefixCache: 'off' },
    ...change,
  };
}

const miniVgg = (change: Partial<WrittenBase> = {}) =>
  mini(SMALL_VGG, { epochs: 4, optimizer: { learningRate: 0.02 }, ...change });

type Rates = { readonly scaled?: boolean; readonly scheduleSteps?: number };

const cubic = (t0: number, rates: Rates = {}): WrittenPolicy => ({ kind: 'freezeout', shape: 'cubic', t0, ...rates });
const linear = (t0: number, rates: Rates = {}): WrittenPolicy => ({ kind: 'freezeout', shape: 'linear', t0, ...rates });
const PLAIN: Rates = { scaled: false };
/** Both shapes freeze the first layer half-way through the run: 0.8 cubed is 0.512. */
const VARIANTS = [linear(0.5), linear(0.5, PLAIN), cubic(0.8), cubic(0.8, PLAIN)];

/** The authors' default policy as their paper has it, and over so many steps of schedule. */
const asReleased = (scheduleSteps: number): WrittenPolicy[] => [cubic(0.8), cubic(0.8, { scheduleSteps })];

const SPEED_VS_ACCURACY = 'How much training time does FreezeOut save as t0 falls, and what does it cost in accuracy?';
const WHICH_VARIANT = 'Which of the four variants is best: linear or cubic, with plain or with scaled learning rates?';
const SKIP_CONNECTIONS = 'Does freezing cost more in a network without skip connections?';
const AUTHORS_RELEASE = 'Does the code that the authors released train as their method is written?';

const PRESETS: Readonly<Record<string, WrittenPreset>> = {
  quick: {
    question: 'Does freezing layers save training time on a small DenseNet, and what does it cost in accuracy?',
    studies: [
      {
        name: 'quick',
        // Sized by measurement to train in under five minutes on two CPU cores.
        base: {
          ...{ dataset: 'fashion-mnist', train: 10_000, validation: 1_000, test: 10_000 },
          model: { kind: 'densenet-bc', depth: 10, growth: 16 },
          ...{ epochs: 4, batchSize: 50, augment: 'none' },
        },
        arms: [cubic(0.5), cubic(0.8), linear(0.5, PLAIN)],
        seeds: [1],
      },
    ],
  },
  'speed-vs-accuracy-mini': {
    question: SPEED_VS_ACCURACY,
    studies: [
      {
        name: 'speed-vs-accuracy-mini',
        base: miniVgg(),
        arms: [0.5, 0.65, 0.8].map((t0) => cubic(t0)),
        seeds: SEEDS,
      },
    ],
  },
  'which-variant-mini': {
    question: WHICH_VARIANT,
    studies: [
      {
        name: 'which-variant-mini',
        base: miniVgg(),
        arms: VARIANTS,
        seeds: SEEDS,
        // The variants are held against each other; against training less, speed-vs-accuracy-mini has the same network.
        equalTimeBaseline: false,
      },
    ],
  },
  'skip-connections-mini': {
    question: SKIP_CONNECTIONS,
    studies: [
      { network: 'ResNet', base: mini(SMALL_RESNET) },
      { network: 'ResNet without', base: mini(SMALL_RESNET_WITHOUT_SKIPS) },
      { network: 'VGG', base: miniVgg() },
    ].map(({ network, base }) => ({
      name: `skip-connections-mini, ${network}`,
      base,
      arms: [cubic(0.65)],
      seeds: SEEDS,
      // What freezing costs in one network is held against what it costs in another, not against time.
      equalTimeBaseline: false,
    })),
  },
  'authors-release-mini': {
    question: AUTHORS_RELEASE,
    studies: [
      {
        name: 'authors-release-mini, ResNet',
        // As in the released code nine tenths of the steps that the schedule counts: 198 of 220 an epoch.
        base: mini(SMALL_RESNET, { train: 9_900 }),
        arms: asReleased(5 * 220),
        seeds: SEEDS,
        equalTimeBaseline: false,
      },
      {
        name: 'authors-release-mini, VGG',
        base: miniVgg({ train: 9_900 }),
        arms: asReleased(STANDING_STILL),
        seeds: SEEDS,
        equalTimeBaseline: false,
      },
    ],
  },
  'speed-vs-accuracy': {
    question: SPEED_VS_ACCURACY,
    studies: (['cifar10', 'cifar100'] as const).flatMap((dataset) =>
      [
        { network: 'DenseNet', model: DENSENET },
        { network: 'Wide ResNet', model: WIDE_RESNET },
        { network: 'VGG', model: VGG },
      ].map(({ network, model }) => ({
        name: `speed-vs-accuracy, ${network}, ${dataset}`,
        base: full(dataset, model),
        arms: [0.5, 0.6, 0.7, 0.8, 0.9].map((t0) => cubic(t0)),
        seeds: SEEDS,
      })),
    ),
  },
  'which-variant': {
    question: WHICH_VARIANT,
    studies: [{ name: 'which-variant', base: full('cifar100', DENSENET), arms: VARIANTS, seeds: SEEDS }],
  },
  'skip-connections': {
    question: SKIP_CONNECTIONS,
    studies: [
      { name: 'skip-connections, Wide ResNet', base: full('cifar100', WIDE_RESNET), arms: [cubic(0.8)], seeds: SEEDS },
      {
        name: 'skip-connections, Wide ResNet without',
        base: full('cifar100', { ...WIDE_RESNET, skip: false }),
        arms: [cubic(0.8)],
        seeds: SEEDS,
      },
      { name: 'skip-connections, VGG', base: full('cifar100', VGG), arms: [cubic(0.8)], seeds: SEEDS },
    ],
  },
  'authors-release': {
    question: AUTHORS_RELEASE,
    studies: [
      {
        name: 'authors-release, DenseNet',
        base: full('cifar100', DENSENET),
        arms: asReleased(100 * 1000),
        seeds: SEEDS,
        equalTimeBaseline: false,
      },
      {
        name: 'authors-release, VGG',
        base: full('cifar100', VGG),
        arms: asReleased(STANDING_STILL),
        seeds: SEEDS,
        equalTimeBaseline: false,
      },
    ],
  },
};

/** Studies that come with the program, by name, as their spec files would say them. */
export const presets: Readonly<Record<string, Preset>> = Object.fromEntries(
  Object.entries(PRESETS).map(([name, { question, studies }]) => [
    name,
    { question, studies: studies.map(parseStudySpec) },
  ]),
);

export const PRESET_NAMES = Object.keys(presets);

/** Throws a bad request where there is no such preset. */
export function presetStudies(name: string): readonly StudySpec[] {
  if (!Object.hasOwn(presets, name)) {
    throw badRequest(`There is no preset "${name}": choose one of ${PRESET_NAMES.join(', ')}.`);
  }
  return presets[name].studies;
}

/** Runs of all its studies, and the names of their networks, each once. */
export function presetSize({ studies }: Preset): { readonly runs: number; readonly networks: readonly string[] } {
  const runCounts = studies.map(
    ({ arms, seeds, equalTimeBaseline }) => armsOf(arms, equalTimeBaseline).length * seeds.length,
  );
  return {
    runs: runCounts.reduce((sum, count) => sum + count, 0),
    networks: [...new Set(studies.map(({ base }) => networkName(base.model)))],
  };
}

/** The first study of a preset. Throws a bad request where there is no such preset. */
export function presetStudy(name: string): StudySpec {
  return presetStudies(name)[0];
}
