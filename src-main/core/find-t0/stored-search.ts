import type { SearchSettings } from './settings.ts';

/** A search as its home keeps it: what it found is in the runs of its study. */
export interface StoredSearch {
  readonly studyId: string;
  readonly settings: SearchSettings;
  /** It goes on by itself, until somebody stops it. */
  readonly isActive: boolean;
}
