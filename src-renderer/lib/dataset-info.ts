import { datasetKindOf, isSameLocation } from '#core/data/dataset-location.ts';
import type { DatasetInfo } from '#core/data/image-set.ts';
import { ruleForCounts, splitCounts } from '#core/data/split.ts';
import { datasetName } from '#core/figure/labels.ts';
import type { DatasetRecord } from '#core/records.ts';
import { count } from './format.ts';
import { optionalNumberIn } from './number-text.ts';
import type { StudyDraft } from './study-draft.ts';

type DatasetChoice = StudyDraft['dataset'];

/** The sizes of a data set as far as the page can know them; null for files that nobody added. */
export function infoOf(dataset: DatasetChoice, known: readonly DatasetRecord[]): DatasetInfo | null {
  if (typeof dataset === 'string') return known.find((record) => record.name === dataset) ?? null;
  const made = datasetKindOf(dataset).made?.infoOf(dataset);
  return made ?? known.find((record) => isSameLocation(record.location, dataset)) ?? null;
}

export interface DatasetOption {
  readonly value: string;
  readonly label: string;
  readonly dataset: DatasetChoice;
}

/** What can be chosen: the data sets that are here, and the one of the draft where it is another. */
export function datasetOptions(chosen: DatasetChoice, known: readonly DatasetRecord[]) {
  const named = known.map(
    (record): DatasetOption => ({
      value: record.name,
      label: `${record.name}: ${sizes(record)}`,
      dataset: record.name,
    }),
  );
  if (typeof chosen === 'string' && known.some(({ name }) => name === chosen)) {
    return { value: chosen, options: named, hint: null };
  }
  const info = infoOf(chosen, known);
  const label = info === null ? datasetName(chosen) : `${datasetName(chosen)}: ${sizes(info)}`;
  const own: DatasetOption = { value: '', label, dataset: chosen };
  const isUnknown = typeof chosen !== 'string' && info === null;
  const hint = isUnknown
    ? 'Its sizes are not known here, so there is no preview. Add it under Data sets to have one.'
    : null;
  return { value: own.value, options: [own, ...named], hint };
}

/** What a count will be where it is left empty, and the most that it can be. */
export interface CountHint {
  readonly placeholder: string;
  readonly limit: string | null;
}

export function countHints(
  images: DatasetInfo | null,
  draft: Pick<StudyDraft, 'train' | 'validation' | 'test' | 'split'>,
): Readonly<Record<'train' | 'validation' | 'test', CountHint>> {
  if (images === null) {
    const unknown: CountHint = { placeholder: '', limit: null };
    return { train: unknown, validation: unknown, test: unknown };
  }
  const counts = defaultCounts(images, draft);
  const hint = (value: number | undefined, limit: string): CountHint => ({
    placeholder: value === undefined ? '' : String(value),
    limit,
  });
  return {
    train: hint(counts?.train, `of ${count(images.training)}`),
    validation: hint(
      counts?.validation,
      ruleOf(images, draft) === 'given' ? `of ${count(images.validation)}` : 'of the training file',
    ),
    test: hint(counts?.test, `of ${count(images.test)}`),
  };
}

function ruleOf(images: DatasetInfo, { split }: Pick<StudyDraft, 'split'>) {
  return ruleForCounts(images, { split: split === '' ? undefined : split });
}

/** Null while what is typed does not fit the files: no default is shown then. */
function defaultCounts(images: DatasetInfo, draft: Pick<StudyDraft, 'train' | 'validation' | 'test' | 'split'>) {
  try {
    const [train, validation, test] = [draft.train, draft.validation, draft.test].map(optionalNumberIn);
    return splitCounts(images, { train, validation, test, split: ruleOf(images, draft) });
  } catch {
    return null;
  }
}

function sizes({ training, validation, test, height, width, channels, classes }: DatasetInfo): string {
  const parts = validation === 0 ? [training, test] : [training, validation, test];
  return `${parts.map(count).join(' + ')} images, ${height} × ${width} × ${channels}, ${classes} classes`;
}
