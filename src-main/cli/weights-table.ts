import type { WeightsEntry } from '#contract/weights.ts';
import { countedNoun, UNKNOWN } from '#core/analysis/quantity.ts';
import { networkName } from '#core/figure/labels.ts';
import type { FittingModel } from '#core/weights/weights-description.ts';
import { megabytes } from './download-text.ts';
import { moment } from './quantity-text.ts';
import { type TextColumn, textFacts, textTable } from './text-table.ts';

const COLUMNS: readonly TextColumn<WeightsEntry>[] = [
  { title: 'name', cell: ({ source }) => sourceText(source) },
  { title: 'network', cell: networksText },
  { title: 'classes', align: 'right', cell: ({ fits }) => classesText(fits[0]) },
  { title: 'size', align: 'right', cell: ({ bytes }) => megabytes(bytes) },
  { title: 'from', cell: ({ file, title }) => file ?? title },
  { title: 'since', cell: ({ addedAt }) => moment(addedAt) },
];

/** One line for each of the weights. */
export function weightsTable(entries: readonly WeightsEntry[]): string {
  if (entries.length === 0) return 'There are no weights yet: add a file with `weights add NAME --path FILE`.';
  return textTable(COLUMNS, entries);
}

/** All that is known about one of them. */
export function weightsFacts(entry: WeightsEntry): string {
  const { source, file, bytes, sha256, addedAt, dataset, title, problem } = entry;
  return textFacts([
    ['run' in source ? 'run' : 'name', sourceText(source)],
    ...(file === null
      ? [['trained', title] as const, ['data set', dataset ?? UNKNOWN] as const]
      : [['file', file] as const]),
    ['size', megabytes(bytes)],
    ...(sha256 === null ? [] : [['SHA-256', sha256] as const]),
    ['since', moment(addedAt)],
    ...(problem === null ? fitFacts(entry.fits) : [['problem', problem] as const]),
  ]);
}

/** Each network that can begin with the weights; where there is none, what to do about it. */
export function fitFacts(fits: readonly FittingModel[]): readonly (readonly [name: string, value: string])[] {
  if (fits.length === 0) return [['fits', NO_FIT]];
  return fits.map((fit) => ['fits', fitText(fit)]);
}

const NO_FIT = 'none of the networks in the sizes that are published; a study may still name another with --model';

function fitText({ model, names, classes, channels }: FittingModel): string {
  const head = classes === null ? 'no classifier' : `${classes} classes`;
  return `${networkName(model)}: ${names} names, ${head}, ${countedNoun(channels, 'channel')}`;
}

function networksText({ fits, problem }: WeightsEntry): string {
  if (problem !== null) return 'cannot be read';
  return fits.length === 0 ? 'not known' : fits.map(({ model }) => networkName(model)).join(' or ');
}

function classesText(fit: FittingModel | undefined): string {
  return fit?.classes == null ? UNKNOWN : String(fit.classes);
}

function sourceText(source: WeightsEntry['source']): string {
  return 'run' in source ? `run ${source.run}` : source.name;
}
