import { UNKNOWN } from '#core/analysis/quantity.ts';
import type { FrontPlace } from '#core/figure/comparison-front.ts';
import { frontShareText } from '#core/figure/comparison-front.ts';
import type { ComparisonKey, ErrorMeasure, SavedMeasure } from '#core/figure/comparison-view.ts';
import type { StudyFormat } from '#core/figure/figure-request.ts';
import type { ArmRow } from './arm-table/arm-rows.ts';

interface Option<Value> {
  readonly value: Value;
  readonly label: string;
  readonly title: string;
}

export const SAVED_OPTIONS: readonly Option<SavedMeasure>[] = [
  { value: 'wall', label: 'Wall clock', title: 'Measured training time, without evaluation and checkpoints' },
  { value: 'profile', label: 'Profile', title: 'From step times measured at each freeze depth' },
  { value: 'compute', label: 'Predicted compute', title: 'From multiply-adds' },
];

export const ERROR_OPTIONS: readonly Option<ErrorMeasure>[] = [
  { value: 'points', label: 'Points', title: '100 × difference of the test errors' },
  { value: 'relative', label: 'Relative error', title: 'Difference of the test errors / test error of the baseline' },
];

export const SHOWN_PARTS = [
  { key: 'seeds', label: 'Seeds', title: 'Every seed as a faint dot' },
  { key: 'intervals', label: 'Intervals', title: '95 % intervals of the means, both ways' },
  { key: 'equalTime', label: 'Equal-time baselines', title: 'Baselines that train no longer than their arm: hollow' },
  { key: 'front', label: 'Front', title: 'Arms that no other beats in both time and error' },
] as const;

export const FRONT_WORDS: Readonly<Record<FrontPlace, string>> = {
  on: '● front',
  dominated: 'dominated',
  unknown: UNKNOWN,
};

/** What the place on the front means, and how sure it is. */
export function frontReason({ front, frontShare }: Pick<ArmRow, 'front' | 'frontShare'>): string {
  const share = frontShare === null ? '' : `; ${frontShareText(frontShare)}`;
  switch (front) {
    case 'on':
      return `No other arm saves at least as much time at no more error, by the means${share}`;
    case 'dominated':
      return `Another arm saves at least as much time at no more error, by the means${share}`;
    case 'unknown':
      return 'Not in the plot, or not measured in both.';
  }
}

export const KEY_TITLES: Readonly<Record<ComparisonKey, string>> = {
  arm: 'Arm',
  variant: 'Variant',
  t0: 't0',
  network: 'Network',
  skip: 'Skip connections',
  dataset: 'Data set',
  study: 'Study',
};

export const STUDY_FORMAT_TITLES: readonly { readonly value: StudyFormat; readonly label: string }[] = [
  { value: 'html', label: 'Report, one page (HTML)' },
  { value: 'pdf', label: 'Report (PDF)' },
  { value: 'csv', label: 'Table of arms and runs (CSV)' },
  { value: 'json', label: 'Study and comparison (JSON)' },
  { value: 'parquet', label: 'Every epoch (Parquet)' },
  { value: 'spec', label: 'Study spec, to repeat it (JSON)' },
  { value: 'ndjson', label: 'Events, to import elsewhere (NDJSON)' },
];
