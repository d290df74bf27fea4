import { enumerated } from '#core/analysis/name-list.ts';
import { countedNoun, wholeNumber } from '#core/analysis/quantity.ts';
import type { InputSettings } from '#core/data/input-settings.ts';
import { augmentationSentence, inputSentences } from '#core/data/input-words.ts';
import type { Normalization } from '#core/data/normalization.ts';
import { SPLIT_SENTENCES } from '#core/data/split-words.ts';
import { datasetName } from '#core/figure/labels.ts';
import { toJson } from '#core/numbers.ts';
import type { BaseSpec } from '#core/run.ts';
import type { MethodsFacts, MethodsParagraph } from './methods-facts.ts';

/** The images, their split, normalisation and augmentation. */
export function dataMethods(facts: MethodsFacts): MethodsParagraph {
  const { study, runs, normalization } = facts;
  const spec = runs[0]?.spec ?? study.base;
  const text = [
    `${imagesText(facts)}.`,
    SPLIT_SENTENCES[spec.split]({
      train: countText(spec.train),
      validation: countText(spec.validation),
      test: countText(spec.test),
    }),
    hashText(facts),
    ...inputSentences(spec),
    `Pixels in [0, 1] are normalised per channel with the mean and ${deviationText(spec)}${momentsText(normalization)}.`,
    augmentText(spec),
  ];
  return { title: 'Data', text: text.join(' ') };
}

function deviationText({ normalization }: InputSettings): string {
  if (normalization === undefined) return 'population standard deviation of the images trained on';
  return normalization === 'imagenet' ? 'standard deviation of ImageNet' : 'standard deviation that the spec gives';
}

function imagesText(facts: MethodsFacts): string {
  const { study, dataset } = facts;
  const name = datasetName(study.base.dataset);
  if (dataset === null || !isWhatRunsTrainedOn(facts)) {
    const place = typeof study.base.dataset === 'string' ? '' : ` (${toJson(study.base.dataset)})`;
    return `${name}${place}; size and classes are not stored with the study`;
  }
  const { classes, height, width, channels, training, test, validation } = dataset;
  const given = validation === 0 ? '' : `, ${wholeNumber(validation)} in its validation split`;
  return `${name}: ${classes} classes, ${height}×${width} pixels, ${channels === 1 ? '1 channel' : `${channels} channels`}, ${wholeNumber(training)} images in its training file${given} and ${wholeNumber(test)} in its test file`;
}

function countText(count: number | undefined): string {
  return count === undefined ? '(a number not known before a run is queued)' : wholeNumber(count);
}

/** Whether the data set of that name may still be the one of the runs: another may have taken its place. */
function isWhatRunsTrainedOn({ dataset, runs }: MethodsFacts): boolean {
  const hashes = hashesOf(runs);
  return hashes.length === 0 || dataset?.sha256 == null || hashes.includes(dataset.sha256);
}

/** The hashes of the runs' data, each once. */
function hashesOf(runs: MethodsFacts['runs']): readonly string[] {
  return [...new Set(runs.flatMap(({ data }) => data?.sha256 ?? []))];
}

/** What every run trained on, as far as it was recorded. */
function hashText({ dataset, runs }: MethodsFacts): string {
  const hashes = hashesOf(runs);
  const unrecorded = runs.filter(({ data }) => data === null).length;
  const ofRuns = (sha256: string): string => {
    const count = runs.filter(({ data }) => data?.sha256 === sha256).length;
    return hashes.length === 1 && unrecorded === 0 ? sha256 : `${sha256} (${countedNoun(count, 'run')})`;
  };
  const recorded = `SHA-256 over sizes, pixels and labels of the data: ${enumerated(hashes.map(ofRuns))}.`;
  const others =
    hashes.length < 2 ? '' : ' Runs on other data than those of the first run of the baseline are not compared.';
  if (unrecorded === 0 && hashes.length > 0) return recorded + others;
  const known = dataset?.sha256 == null ? '' : ` When ${dataset.name} was added, its hash was ${dataset.sha256}.`;
  const ofWhich = unrecorded === runs.length ? '' : ` for ${countedNoun(unrecorded, 'run')}`;
  const missing = `The SHA-256 of the images is not recorded${ofWhich}.${known}`;
  return hashes.length === 0 ? missing : `${recorded}${others} ${missing}`;
}

function momentsText(normalization: Normalization | null): string {
  if (normalization === null) return ' (not known before the first run has begun)';
  const values = (all: readonly number[]) => all.map((value) => value.toFixed(4)).join(', ');
  return ` (mean ${values(normalization.mean)}; standard deviation ${values(normalization.std)})`;
}

function augmentText(spec: InputSettings & Pick<BaseSpec, 'views' | 'shuffle'>): string {
  const { views, shuffle } = spec;
  const order = shuffle
    ? 'The order of the images is drawn anew every epoch.'
    : 'Batches are the images in the order of the file.';
  const fresh = views === undefined ? 'anew every epoch' : `as ${views} fixed views per image, one per epoch in turn`;
  return `${augmentationSentence(spec, fresh)} ${order}`;
}
