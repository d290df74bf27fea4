import type { FigureTable } from './built-figure.ts';
import type { ShownArm } from './comparison-arms.ts';
import type { ShownStudies } from './comparison-front.ts';
import { frontPlaces, frontShareOf } from './comparison-front.ts';
import type { ComparisonView } from './comparison-view.ts';

const ERROR_COLUMN: Readonly<Record<ComparisonView['error'], string>> = {
  points: 'errorDelta_points',
  relative: 'relativeErrorIncrease_percent',
};

const COLUMNS = ['study', 'studyId', 'arm', 'role', 'of', 'mark', 'seed', 'runId', 'n'] as const;

/** Everything that is drawn: one row per arm with its interval, then one row per seed. Unknown is null. */
export function comparisonTable(studies: ShownStudies): FigureTable {
  const { arms, view } = studies;
  const [saved, error] = [`saved_${view.saved}_percent`, ERROR_COLUMN[view.error]];
  const ends = [saved, error].flatMap((name) => [`${name}_low`, `${name}_high`]);
  const places = frontPlaces(arms, view);
  return {
    columns: [...COLUMNS, saved, error, ...ends, 'onFront', 'frontShare'],
    rows: arms.flatMap((shown) => [
      [...meanRow(shown), String(places.get(shown) === 'on'), frontShareOf(shown, studies)],
      ...(view.seeds ? shown.seeds.map((seed) => seedRow(shown, seed)) : []),
    ]),
  };
}

type Row = FigureTable['rows'][number];

function meanRow(shown: ShownArm): Row {
  const { saved, error, savedInterval, errorInterval, seeds } = shown;
  const ends = [savedInterval?.[0], savedInterval?.[1], errorInterval?.[0], errorInterval?.[1]].map(
    (end) => end ?? null,
  );
  return [...armCells(shown), 'mean', null, null, seeds.length, saved, error, ...ends];
}

function seedRow(shown: ShownArm, { x, y, seed, runId }: ShownArm['seeds'][number]): Row {
  return [...armCells(shown), 'seed', seed, runId, 1, x, y, null, null, null, null, null, null];
}

function armCells({ studyName, studyId, arm }: ShownArm) {
  return [studyName, studyId, arm.name, arm.role, arm.of];
}
