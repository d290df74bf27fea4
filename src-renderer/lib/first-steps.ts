import type { StudySummary } from '#core/records.ts';
import type { Route } from './route.ts';

/** What a newcomer does one after another, and whether it is done. */
export interface FirstStep {
  readonly title: string;
  readonly text: string;
  readonly isDone: boolean;
  /** Where it is done. */
  readonly to: Exclude<Route, { readonly view: 'unknown' }>;
}

type Studied = Pick<StudySummary, 'id' | 'seeds' | 'counts' | 'createdAt'>;

/** A home with more studies belongs to somebody who knows the way. */
const MOST_STUDIES = 3;
/** With fewer seeds nothing is shown: there is no interval to speak of. */
const SEEDS_TO_SHOW = 3;

/** Null where nothing is left to say: all is done, nothing has begun, or somebody knows the way. */
export function firstSteps(studies: readonly Studied[], hasOwnData: boolean): readonly FirstStep[] | null {
  const first = studies.toSorted((one, other) => one.createdAt - other.createdAt)[0];
  if (first === undefined || studies.length > MOST_STUDIES) return null;
  const study = { view: 'study', id: first.id } as const;
  const steps: readonly FirstStep[] = [
    {
      title: 'Let the first study train',
      text: 'Its plot fills while it trains, and each arm gets a verdict at the end.',
      isDone: studies.some(({ counts }) => (counts.finished ?? 0) > 0),
      to: study,
    },
    {
      title: 'Add seeds',
      text: `From ${SEEDS_TO_SHOW} seeds on there are intervals, and something can be shown.`,
      isDone: studies.some(({ seeds }) => seeds.length >= SEEDS_TO_SHOW),
      to: study,
    },
    {
      title: 'Add your data',
      text: 'A folder of images is enough; a report says what is in it.',
      isDone: hasOwnData,
      to: { view: 'datasets' },
    },
    {
      title: 'Plan a study of your own',
      text: 'The form shows freeze times and duration while you choose.',
      isDone: studies.length > 1,
      to: { view: 'new-study', from: null },
    },
  ];
  return steps.every(({ isDone }) => isDone) ? null : steps;
}
