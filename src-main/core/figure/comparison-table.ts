import type { FigureTable } from './built-figure.ts';
import type { ShownArm } from './comparison-arms.ts';
import { frontOf } from './comparison-arms.ts';
import type { ComparisonView } from './comparison-view.ts';

const ERROR_COLUMN: Readonly<Record<ComparisonView['error'], string>> = {
  points: 'errorDelta_points',
  relative: 'relativeErrorIncrease_percent',
};

/** Everything that is drawn: a row an arm with its interval, then a row a seed. Unknown is null. */
export function comparisonTable(arms: readonly ShownArm[], view: ComparisonView): FigureTable {
  const [saved, error] = [`saved_${view.saved}_percent`, ERROR_COLUMN[view.error]];
  const ends = [saved, error].flatMap((name) => [`${name}_low`, `${name}_high`]);
  const front = new Set(frontOf(arms));
  return {
    columns: ['study', 'studyId', 'arm', 'role', 'of', 'mark', 'seed', 'runId', 'n', saved, error, ...ends, 'onFront'],
    rows: arms.flatMap((shown) => [
      meanRow(shown, front.has(shown)),
      ...(view.seeds ? shown.seeds.map((seed) => seedRow(shown, seed)) : []),
    ]),
  };
}

type Row = FigureTable['rows'][number];

function meanRow(shown: ShownArm, isOnFront: boolean): Row {
  const { saved, error, savedInterval, errorInterval, seeds } = shown;
  const ends = [savedInterval?.[0], savedInterval?.[1], errorInterval?.[0], errorInterval?.[1]].map(
    (end) => end ?? null,
  );
  return [...armCells(shown), 'mean', null, null, seeds.length, saved, error, ...ends, String(isOnFront)];
}

function seedRow(shown: ShownArm, { x, y, seed, runId }: ShownArm['seeds'][number]): Row {
  return [...armCells(shown), 'seed', seed, runId, 1, x, y, null, null, null, null, null];
}

function armCells({ studyName, studyId, arm }: ShownArm) {
  return [studyName, studyId, arm.name, arm.role, arm.of];
}
