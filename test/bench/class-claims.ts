/**
 * How often is an arm that costs no class anything said to cost or to spare one? Simulates studies of one policy, has the classes
 * compared, and prints the percent of studies with a false claim.
 *
 *   node test/bench/class-claims.ts          600 studies for each number of classes, images and seeds
 *   node test/bench/class-claims.ts 50       a try that takes seconds
 */
import { classCosts } from '#core/analysis/class-costs.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import { randomStream } from '#core/random.ts';
import { ARM, BASELINE, studyFixture } from '../support/study-fixture.ts';

const STUDIES = Number(process.argv[2] ?? 600);

interface Setting {
  readonly classes: number;
  readonly images: number;
  readonly seeds: number;
}

const draws = randomStream(1, 'synthetic', 0);

function binomial(count: number, rate: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) if (draws.nextUniform() < rate) sum++;
  return sum;
}

/** Every class of every run has the same chance of an error, which differs from class to class. */
function drawn({ classes, images }: Setting): Predictions {
  const predicted = Array.from({ length: classes }, (_, label) => {
    const wrong = binomial(images, 0.02 + (0.3 * label) / classes);
    const row: Record<string, number> = { [label]: images - wrong };
    if (wrong > 0) row[(label + 1) % classes] = wrong;
    return row;
  });
  const classNames = predicted.map((_, label) => String(label));
  return { split: 'test', classNames, images: classNames.map(() => images), predicted, topFiveErrors: null };
}

function shareOfFalseClaims(setting: Setting): number {
  const seeds = Array.from({ length: setting.seeds }, (_, index) => index + 1);
  const runs = seeds.map((seed) => ({ seed, testError: 0.1, trainingSeconds: 1 }));
  const study = studyFixture(
    [
      { arm: BASELINE, runs },
      { arm: ARM, runs },
    ],
    seeds,
  );
  let claimed = 0;
  for (let number = 0; number < STUDIES; number++) {
    const [arm] = classCosts(study, () => drawn(setting)).arms;
    if (arm.classes.some(({ outcome }) => outcome !== 'not-shown')) claimed++;
  }
  return claimed / STUDIES;
}

console.log('| classes | test images of each | n | arms with a false claim (%) |\n| --- | --- | --- | --- |');
for (const [classes, images] of [
  [10, 10],
  [10, 100],
  [10, 1000],
  [100, 10],
] as const)
  for (const seeds of [2, 3, 5, 10]) {
    const share = shareOfFalseClaims({ classes, images, seeds });
    console.log(`| ${classes} | ${images} | ${seeds} | ${(100 * share).toFixed(1)} |`);
  }
