import type { StudySummary } from '#core/records.ts';
import { baseText } from './spec-words.ts';
import { summaryProgress } from './study-progress.ts';

export const STUDY_SORTINGS = ['changed', 'created', 'name', 'saved', 'error', 'progress'] as const;
export type StudySorting = (typeof STUDY_SORTINGS)[number];

/** What each order puts first, in words. */
export const SORTING_TITLES: Readonly<Record<StudySorting, string>> = {
  changed: 'Last changed first',
  created: 'Newest first',
  name: 'By name',
  saved: 'Most time saved first',
  error: 'Least error added first',
  progress: 'Least done first',
};

/** Where a study is listed: with the others, in the archive, or in the trash. */
export const STUDY_TABS = ['all', 'archived', 'trash'] as const;
export type StudyTab = (typeof STUDY_TABS)[number];

export function studyTabOf({ deleted, archived }: StudySummary): StudyTab {
  if (deleted) return 'trash';
  return archived ? 'archived' : 'all';
}

/** What an empty list says. */
export const EMPTY_STUDY_TABS: Readonly<Record<StudyTab, { readonly title: string; readonly text: string }>> = {
  all: {
    title: 'All studies are put away',
    text: 'They are in the archive or in the trash, from where they can be taken back.',
  },
  archived: { title: 'The archive is empty', text: 'Archive studies that you want to keep, but not to see every day.' },
  trash: { title: 'The trash is empty', text: 'Deleted studies stay here until you delete them for ever.' },
};

/** How many of the studies have each tag, the most frequent first. */
export function studyTags(
  studies: readonly StudySummary[],
): readonly { readonly tag: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const tag of studies.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].map(([tag, count]) => ({ tag, count })).toSorted((a, b) => b.count - a.count);
}

/** Studies whose name, network, data set, arms, tags or note hold every word. */
export function foundStudies(studies: readonly StudySummary[], search: string): readonly StudySummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return studies;
  return studies.filter((study) => {
    const text = searchedText(study);
    return words.every((word) => text.includes(word));
  });
}

function searchedText({ id, name, base, arms, tags, note }: StudySummary): string {
  return [name, id, baseText(base), ...arms.map((arm) => arm.name), ...tags, note].join(' ').toLowerCase();
}

export function sortedStudies(studies: readonly StudySummary[], order: StudySorting): readonly StudySummary[] {
  if (order === 'name') return studies.toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const key = KEYS[order];
  // What has no such number comes last, whichever way the others stand.
  return studies.toSorted((a, b) => compareKeys(key(a), key(b)) || b.createdAt - a.createdAt);
}

const KEYS: Readonly<Record<Exclude<StudySorting, 'name'>, (study: StudySummary) => number | null>> = {
  changed: (study) => -Math.max(study.changedAt ?? 0, study.createdAt),
  created: (study) => -study.createdAt,
  saved: (study) => (study.headline === null ? null : -study.headline.wall),
  error: (study) => study.headline?.errorDelta ?? null,
  progress: (study) => summaryProgress(study).share,
};

function compareKeys(a: number | null, b: number | null): number {
  const [left, right] = [a ?? Number.NaN, b ?? Number.NaN];
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left - right;
}
