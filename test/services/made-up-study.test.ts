import { expect, it } from 'vitest';
import type { Comparison } from '#core/analysis/comparison.ts';
import { toJson } from '#core/numbers.ts';
import { exportedLines, importLines, openLab, STUDY } from '../support/lab-fixture.ts';
import { finishing, scriptedTrainers } from '../support/scripted-trainers.ts';

const SEEDS = [1, 2, 3, 4, 5];
const LINEAR = { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: true } as const;
const SQUARED = { kind: 'freezeout', shape: 'squared', t0: 0.5, scaled: true } as const;
const CUBIC = { kind: 'freezeout', shape: 'cubic', t0: 0.5, scaled: true } as const;

/** What the arms of the made-up study do: points of error above the baseline's, and share of its time. Of 100 test images, one is a point. */
const EFFECTS: Readonly<Record<string, readonly [cost: number, time: number]>> = {
  baseline: [0, 1],
  // Saves 30 % and costs nothing to speak of; training less for as long costs 4 points.
  'cubic scaled 0.5': [0.02, 0.7],
  'cubic scaled 0.5, equal time': [4, 0.71],
  // Saves 20 % and costs 6 points, which training less does not.
  'linear scaled 0.5': [6, 0.8],
  'linear scaled 0.5, equal time': [1, 0.8],
  // Neither, as far as five seeds can tell.
  'squared scaled 0.5': [1.2, 0.999],
  'squared scaled 0.5, equal time': [1.2, 0.999],
};
/** Each seed's own luck in an arm, in points: of mean 0, another order in every arm. */
const LUCK = [0.12, -0.3, 0.21, 0.09, -0.12];

/** The event lines of a study whose runs had these errors and times. */
async function madeUpLines(): Promise<readonly string[]> {
  const arms = Object.keys(EFFECTS);
  const trainers = scriptedTrainers(({ arm, spec }) => {
    const [cost, time] = EFFECTS[arm ?? ''];
    const place = arms.indexOf(arm ?? '') + spec.seed;
    const noise = arm === 'squared scaled 0.5' ? 3 * LUCK[place % 5] : 0.1 * LUCK[place % 5];
    return finishing((8 + 0.3 * spec.seed + cost + noise) / 100, 100 * time * (1 + 0.01 * noise));
  });
  const { services } = await openLab(trainers);
  await services.studies.start({ ...STUDY, name: 'made up', margin: 2, arms: [CUBIC, LINEAR, SQUARED], seeds: SEEDS });
  await services.queue.idle();
  return exportedLines(services.exchange, 'made up');
}

function kindsOf({ verdicts }: Comparison, arm: string) {
  const verdict = verdicts.find((one) => one.arm === arm);
  return {
    claims: verdict?.claims.map(({ kind }) => kind),
    undecided: verdict?.undecided.map(({ kind }) => kind),
  };
}

it('an imported study gives the front and the verdicts that its numbers imply', async () => {
  const lab = await openLab(scriptedTrainers(() => finishing(0.1, 10)));
  const { services } = lab;
  await importLines(
    lab,
    (await madeUpLines()).map((line) => toJson(JSON.parse(line))),
  );
  const comparison = await services.studies.compare('made up');

  expect(kindsOf(comparison, 'cubic scaled 0.5')).toEqual({
    claims: ['faster', 'not-worse', 'better-than-less-training'],
    undecided: ['worse'],
  });
  expect(kindsOf(comparison, 'linear scaled 0.5')).toEqual({
    claims: ['faster', 'worse', 'worse-than-margin', 'not-better-than-less-training'],
    undecided: [],
  });
  expect(kindsOf(comparison, 'squared scaled 0.5')).toEqual({
    claims: [],
    undecided: ['faster', 'worse', 'not-worse', 'better-than-less-training'],
  });
  const onFront = comparison.arms.filter((arm) => arm.front === 'on').map((arm) => arm.name);
  expect(onFront).toEqual(['baseline', 'cubic scaled 0.5']);
  // The cubic arm costs 0.02 points in the mean: in some resamples nothing, and then it dominates the baseline too.
  const [baseline, ...shares] = comparison.arms.map((arm) => arm.frontShare);
  expect(baseline).toBeGreaterThan(0.7);
  expect(baseline).toBeLessThan(0.95);
  expect(shares.slice(0, 4)).toEqual([1, 0, 0, 0]);
  expect(shares[4]).toBeLessThan(0.2);
  expect(shares[5]).toBe(0);
  const [cubic, , linear] = comparison.verdicts;
  expect(cubic.text).toContain('Shown better than training less: error −3.98 points');
  expect(linear.text).toContain('Shown not better than training less, but to make more errors: error +5.00 points');
});

it('a wider margin than the study’s finds more to be not worse, and changes nothing that is kept', async () => {
  const lab = await openLab(scriptedTrainers(() => finishing(0.1, 10)));
  const { services } = lab;
  await importLines(lab, await madeUpLines());
  const wide = await services.studies.compare('made up', 9);
  expect(wide.margin).toBe(9);
  expect(kindsOf(wide, 'linear scaled 0.5').claims).toEqual([
    ...['faster', 'worse', 'not-worse', 'not-better-than-less-training'],
  ]);
  expect((await services.studies.show('made up')).margin).toBe(2);
});
