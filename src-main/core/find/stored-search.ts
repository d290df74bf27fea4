import type { Destination } from '../machines/destination.ts';
import type { SearchSettings } from './settings.ts';

/** A search as its home stores it: its findings are in the runs of its study. */
export interface StoredSearch {
  readonly studyId: string;
  readonly settings: SearchSettings;
  /** Whether the search goes on by itself, until somebody stops it. */
  readonly isActive: boolean;
  /** Where its runs train; null for here. */
  readonly destination: Destination | null;
}
