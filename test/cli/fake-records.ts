import type { EstimatedDuration } from '#contract/studies.ts';
import type { WeightsEntry } from '#contract/weights.ts';
import type { ClassCosts } from '#core/analysis/class-costs.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import type { DatasetRecord, KnownDatasetRecord } from '#core/records.ts';
import { measuredDepth, measurementOf } from '../support/measurement.ts';

// What a `FakeLab` answers where a test says nothing else.

export const ESTIMATE: EstimatedDuration = {
  measurement: { ...measurementOf(75), depths: [measuredDepth(1, 0.5)] },
  arms: [{ name: 'baseline', training: 60, evaluation: 8, checkpoints: 0.1, startUp: 1.4, profile: 0.5, total: 70 }],
  seconds: 400,
  most: [],
};

export const NO_CLASS_COSTS: ClassCosts = {
  ...{ studyId: 'study1', classNames: [], arms: [] },
  ...{ counted: [], notCounted: ['run1'], onOtherImages: [], onOtherData: [] },
};

export const IMAGES = { training: 110, test: 10, validation: 0, height: 32, width: 32, channels: 3, classes: 10 };

export const KNOWN: KnownDatasetRecord = {
  ...{ name: 'cifar10', title: 'CIFAR-10', images: IMAGES, licence: 'none stated', homepage: 'https://cifar.example' },
  ...{ bytes: 170_052_171, checkedBy: ['the page'], isHere: false, isAdded: true, keptBytes: 0, progress: null },
};

export function datasetOf(name: string): DatasetRecord {
  return { name, location: { kind: 'cifar10', path: '/cifar' }, ...IMAGES, sha256: null };
}

export const RESNET_18: WeightsEntry['fits'][number] = {
  ...{ model: { kind: 'resnet', depth: 18, stem: 'imagenet' }, names: 'torchvision', classes: 1000, channels: 3 },
};

/** Weights that fit a ResNet-18, of a file or of a run. */
export function weightsOf(source: WeightsEntry['source']): WeightsEntry {
  const isFile = 'name' in source;
  return {
    ...{ source, title: isFile ? source.name : source.run, bytes: 46_800_000, addedAt: 0, dataset: null },
    ...{ file: isFile ? 'w.safetensors' : null, sha256: isFile ? 'ab'.repeat(32) : null },
    ...{ fits: [RESNET_18], problem: null },
  };
}

/** What an empty study says, but for its margin and its warnings. */
export const EMPTY = { studyId: 'study1', arms: [], verdicts: [] };
/** An answer to the question of a study. */
export const NO_ANSWER = {
  preset: null,
  question: 'Is it so?',
  findings: [{ topic: 'It', studies: [], status: 'shown' as const, text: 'It is so.' }],
  undecided: [],
  contrasts: [],
  acrossStudies: [],
};

/** Nothing remarkable. */
export const REPORT: DatasetReport = {
  parts: [
    { part: 'training', images: 110 },
    { part: 'test', images: 10 },
  ],
  classes: Array.from({ length: 10 }, (_, label) => ({ name: String(label), images: [11, 1] })),
  image: { height: 32, width: 32, channels: 3 },
  sizes: null,
  grey: null,
  bytes: { pixels: 120 * 3072, files: null },
  ...{ findings: [], notes: [], refusal: null },
};
