import { groupedBy } from '../grouped.ts';
import type { RunRecord } from '../records.ts';

type GroupedRun = Pick<RunRecord, 'id' | 'studyId' | 'seed'>;

/** What trains in one block: the arms of a seed, which a comparison pairs, or each run by itself. */
export const BLOCK_SIZES = ['seed', 'run'] as const;
export type BlockSize = (typeof BLOCK_SIZES)[number];

/**
 * The runs of each block, in the order in which they train. The arms of a seed stay on one machine: the first one first, since it is the baseline
 * of all others, and these in an order that begins with another one for each seed, so that a drift of the machine falls on no arm alone.
 */
export function blocksOf<Run extends GroupedRun>(runs: readonly Run[], size: BlockSize): readonly (readonly Run[])[] {
  if (size === 'run') return runs.map((run) => [run]);
  const bySeed = groupedBy(runs, ({ id, studyId, seed }) => (studyId === null ? id : `${studyId} ${seed}`));
  return [...bySeed.values()].map(([first, ...others], index) => {
    const shift = others.length === 0 ? 0 : index % others.length;
    return [first, ...others.slice(shift), ...others.slice(0, shift)];
  });
}
