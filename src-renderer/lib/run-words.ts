import type { RunTab } from './run-items.ts';

/** What a tab without runs says. */
export const EMPTY_TABS: Readonly<Record<RunTab, { readonly title: string; readonly text: string }>> = {
  all: {
    title: 'All runs are put away',
    text: 'They are in the archive or in the trash, from where they can be taken back.',
  },
  archived: { title: 'The archive is empty', text: 'Archive runs that you want to keep, but not to see every day.' },
  trash: { title: 'The trash is empty', text: 'Deleted runs stay here until you delete them for ever.' },
};

/** The series that curves of runs show. */
export const CURVE_OPTIONS = [
  { value: 'validationError', label: 'validation error' },
  { value: 'validationLoss', label: 'validation loss' },
  { value: 'trainLoss', label: 'train loss' },
  { value: 'stepLoss', label: 'loss of sampled steps' },
] as const;
