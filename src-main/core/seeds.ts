import { enumerated } from './analysis/name-list.ts';

/** Of a study. More would be a slip of the finger: every one is a run of each arm. */
export const MOST_STUDY_SEEDS = 1000;

export type ParsedSeeds =
  | { readonly seeds: readonly number[]; readonly error: null }
  | { readonly seeds: null; readonly error: string };

/** Reads "1-3, 5" as 1, 2, 3, 5. */
export function parseSeeds(text: string): ParsedSeeds {
  const parts = text
    .replaceAll(/\s*[-–]\s*/g, '-')
    .split(/[\s,;]+/)
    .filter(Boolean);
  const seeds: number[] = [];
  for (const part of parts) {
    const range = rangeOf(part);
    if (typeof range === 'string') return refused(range);
    if (seeds.length + range.last - range.first >= MOST_STUDY_SEEDS)
      return refused(`Name at most ${MOST_STUDY_SEEDS} seeds.`);
    for (let seed = range.first; seed <= range.last; seed++) seeds.push(seed);
  }
  if (seeds.length === 0) return refused('Name at least one seed, such as 1-3.');
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  return twice === undefined ? { seeds, error: null } : refused(`Seed ${twice} is named twice: leave one out.`);
}

/** The shortest text that `parseSeeds` reads as these seeds: ascending neighbours become ranges. */
export function formatSeeds(seeds: readonly number[]): string {
  return rangesOf(seeds)
    .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    .join(', ');
}

/** Fewer neighbours are read faster one by one. */
const LEAST_IN_A_RANGE = 4;

/** In a sentence: "1, 2 and 3"; "1–20 and 25". */
export function enumeratedSeeds(seeds: readonly number[]): string {
  const partsOf = ({ first, last }: SeedRange) => {
    const count = last - first + 1;
    if (count >= LEAST_IN_A_RANGE) return [`${first}–${last}`];
    return Array.from({ length: count }, (_, place) => String(first + place));
  };
  return enumerated(rangesOf(seeds).flatMap(partsOf));
}

/** "seed 3"; "seeds 1, 2 and 3" */
export function namedSeeds(seeds: readonly number[]): string {
  return `${seeds.length === 1 ? 'seed' : 'seeds'} ${enumeratedSeeds(seeds)}`;
}

interface SeedRange {
  readonly first: number;
  readonly last: number;
}

function rangesOf(seeds: readonly number[]): readonly SeedRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const seed of seeds) {
    const range = ranges.at(-1);
    if (range !== undefined && seed === range.last + 1) range.last = seed;
    else ranges.push({ first: seed, last: seed });
  }
  return ranges;
}

/** The range that a part of the text names, or what is wrong with it. */
function rangeOf(part: string): SeedRange | string {
  const match = /^(\d+)(?:-(\d+))?$/.exec(part);
  if (match === null) return `"${part}" is not a seed: write whole numbers and ranges, such as 1-3, 5.`;
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  if (!Number.isSafeInteger(last) || !Number.isSafeInteger(first)) return `"${part}" is too large for a seed.`;
  if (last < first) return `"${part}" runs backwards: write ${last}-${first}.`;
  return { first, last };
}

function refused(error: string): ParsedSeeds {
  return { seeds: null, error };
}
