import { countedNoun } from './analysis/quantity.ts';

/** Folders of a home's runs whose runs its database does not have, as after a backup was restored that is older than they are. */
export interface StrayRuns {
  /** The folder in which they lie. */
  readonly folder: string;
  /** Their names, which are the ids of their runs. */
  readonly runs: readonly string[];
  readonly bytes: number;
}

/** So many are named. */
const NAMED = 5;

/** What lies there and why it stays; for the terminal and the app alike. Checkpoints are hours of work, and a disk is cheaper. */
export function strayRunsText({ folder, runs, bytes }: StrayRuns): string {
  const [others, size] = [runs.length - NAMED, (bytes / 1e6).toFixed(1)];
  const names = [...runs.slice(0, NAMED), ...(others > 0 ? [`${others} more`] : [])].join(', ');
  const isOne = runs.length === 1;
  const state = `${countedNoun(runs.length, 'folder')} in ${folder} ${isOne ? 'belongs to a run' : 'belong to runs'} that the database does not have`;
  const reason = `${isOne ? 'its' : 'their'} checkpoints and weights are kept`;
  return `${state} (${names}; ${size} MB): ${reason} until you remove ${isOne ? 'it' : 'them'} by hand.`;
}
