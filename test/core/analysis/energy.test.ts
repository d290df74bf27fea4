import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import { energyOfEpochs, energySaved, energyText } from '#core/analysis/energy.ts';
import { machineMeans, machineUseText } from '#core/analysis/machine-means.ts';
import { runEventSchema } from '#core/run-event.ts';
import { epochFinished, secondsOf } from '../../support/store-fixtures.ts';
import { ARM, BASELINE, studyFixture } from '../../support/study-fixture.ts';

const epoch = (training: number, metrics: Record<string, number>) => ({ seconds: secondsOf(training), metrics });
const BOTH = [
  epoch(10, { processorUse: 0.5, processorWatts: 100, gpuWatts: 200 }),
  epoch(30, { processorUse: 0.9, processorWatts: 50, gpuWatts: 200 }),
];

describe('the energy of a run', () => {
  it('is the mean power of each epoch times its training time, of all that was measured in every epoch', () => {
    expect(energyOfEpochs(BOTH)).toEqual({ joules: 1000 + 1500 + 8000, of: ['processorWatts', 'gpuWatts'] });
    expect(energyOfEpochs([...BOTH, epoch(1, { processorWatts: 1 })])).toEqual({
      joules: 2501,
      of: ['processorWatts'],
    });
    expect([energyOfEpochs([...BOTH, epoch(1, {})]), energyOfEpochs([])]).toEqual([null, null]);
  });

  it('is compared only with one of the same things', () => {
    const energy = (joules: number, ...of: ('processorWatts' | 'gpuWatts')[]) => ({ joules, of });
    expect(energySaved(energy(78, 'gpuWatts'), energy(100, 'gpuWatts'))).toBeCloseTo(0.22, 12);
    expect(energySaved(energy(78, 'gpuWatts'), energy(100, 'processorWatts', 'gpuWatts'))).toBeNull();
    expect([energySaved(null, energy(1, 'gpuWatts')), energySaved(energy(1), energy(0))]).toEqual([null, null]);
  });

  it('is written with the digits that say something, next to means weighted by training time', () => {
    expect([3.6e6, 44_280, 0, 3.6e9].map(energyText)).toEqual(['1.00 kWh', '0.0123 kWh', '0 kWh', '1000 kWh']);
    expect(machineMeans(BOTH).map(({ series, mean }) => [series.key, mean])).toEqual([
      ['processorUse', 0.8],
      ['processorWatts', 62.5],
      ['gpuWatts', 200],
    ]);
    expect(machineUseText(BOTH)).toBe(
      'processor use 80.0 %, power of the processors 62.5 W, power of the GPU 200 W, 0.00292 kWh of processors and GPU',
    );
    expect(machineUseText([epoch(1, {})])).toBeNull();
  });
});

describe('an event', () => {
  const withMetrics = (metrics: Record<string, number>) =>
    runEventSchema.safeParse({ ...epochFinished(1), seq: 1, runId: 'run', at: 0, metrics });

  it('holds no machine that cannot be', () => {
    expect(withMetrics({ processorUse: 1, gpuTemperature: 80, gpuWatts: 700, fromLater: 1e9 }).success).toBe(true);
    for (const metrics of [{ processorUse: 1.1 }, { gpuWatts: -1 }, { gpuWatts: 1e7 }, { trainerMemory: Number.NaN }])
      expect([metrics, withMetrics(metrics).success]).toEqual([metrics, false]);
  });
});

describe('a comparison', () => {
  const comparisonOf = (joules: Readonly<Record<string, readonly number[]>>) => {
    const runsOf = (seconds: number) =>
      [1, 2, 3].map((seed) => ({ seed, testError: 0.1 + seed / 1000, trainingSeconds: seconds + seed }));
    const sketches = [
      { arm: BASELINE, runs: runsOf(100) },
      { arm: ARM, runs: runsOf(76) },
    ];
    const study = studyFixture(sketches, [1, 2, 3]);
    const runs = study.runs.map((run) => {
      const taken = joules[run.arm === 'baseline' ? 'baseline' : 'cubic']?.[run.seed - 1];
      return taken === undefined ? run : { ...run, energy: { joules: taken, of: ['processorWatts' as const] } };
    });
    return compareStudy({ ...study, runs });
  };

  it('says what an arm saves of the energy where that is shown as its time is', () => {
    const { arms, verdicts } = comparisonOf({ baseline: [1000, 1010, 990], cubic: [780, 787, 773] });
    const { energy } = arms[1];
    expect(energy).toMatchObject({ joules: 780, of: ['processorWatts'], test: { holm: expect.any(Number) } });
    expect(energy?.saved).toBeCloseTo(0.22, 3);
    expect(verdicts[0].text).toMatch(
      /Saved 22\.\d % of the energy of processors \(.* to .*\): less energy is shown \(Holm p/,
    );
    expect(arms[0].energy).toMatchObject({ joules: 1000, saved: 0, test: null });
  });

  it('claims nothing of an energy that goes up and down, and says nothing of one that was not measured', () => {
    const noisy = comparisonOf({ baseline: [1000, 1000, 1000], cubic: [500, 1400, 700] });
    expect(noisy.verdicts[0].text).toMatch(
      /of the energy of processors .*: not shown whether it changes the energy \(Holm/,
    );
    const missing = comparisonOf({ baseline: [1000, 1000, 1000], cubic: [500, 1400] });
    expect(missing.arms[1].energy).toBeUndefined();
    expect(missing.verdicts[0].text).not.toContain('energy');
  });
});
