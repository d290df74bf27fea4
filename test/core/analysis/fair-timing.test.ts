import { describe, expect, it } from 'vitest';
import { timingWarnings } from '#core/analysis/fair-timing.ts';
import type { TimedRun } from '#core/analysis/timed-run.ts';
import type { Environment, TrainingConditions } from '#core/run-event.ts';
import { environmentSchema } from '#core/run-event.ts';
import { UNKNOWN_CONDITIONS } from '../../support/conditions.ts';

const HERE: Environment = environmentSchema.parse({
  backend: 'tensorflow-cpu',
  tensorflowVersion: '2.21.0',
  device: 'AMD EPYC',
  threads: { intraOp: 2, interOp: 1 },
  node: 'v24.21.0',
  host: 'bench',
  appVersion: '0.1.0',
  processor: 'AMD EPYC',
  cores: 2,
});
const QUIET: TrainingConditions = { otherLoad: 0.1, throttledSeconds: 0, thermalThrottles: 0, frequencyMHz: 2600 };
const ARMS = ['baseline', 'cubic', 'linear'];
const RUN_MS = 110_000;

interface Change extends Partial<Omit<TimedRun, 'environment' | 'conditions'>> {
  readonly environment?: Partial<Environment>;
  readonly conditions?: Partial<TrainingConditions>;
}

/** Seed by seed, each run 110 s of which 100 are training; `changes` by "arm seed". */
function study(changes: Readonly<Record<string, Change>> = {}, seeds = [1, 2, 3]): TimedRun[] {
  return seeds.flatMap((seed, round) =>
    ARMS.map((arm, place): TimedRun => {
      const { environment, conditions, ...change } = changes[`${arm} ${seed}`] ?? changes[arm] ?? {};
      const startedAt = (round * ARMS.length + place) * RUN_MS;
      return {
        arm,
        seed,
        environment: { ...HERE, ...environment },
        conditions: { ...QUIET, ...conditions },
        imported: false,
        startedAt,
        endedAt: startedAt + RUN_MS,
        seconds: { training: 100, evaluation: 6, checkpoint: 2 },
        ...change,
      };
    }),
  );
}

function warnings(changes: Readonly<Record<string, Change>>, seeds?: number[]): readonly string[] {
  return timingWarnings(study(changes, seeds), 'baseline');
}

describe('the timing of a study', () => {
  it('is fair where all runs had the same machine to themselves, seed by seed', () => {
    expect(warnings({})).toEqual([]);
  });

  it('is doubted where products were computed in another way', () => {
    const [warning, ...others] = warnings({ cubic: { environment: { arithmetic: 'bf16, casts in the graph' } } });
    expect(warning).toMatch(
      /computed products in another way than the baseline \(bf16, casts in the graph against float32\)/,
    );
    expect(others).toEqual([]);
  });

  it('is doubted where graphs had another form', () => {
    const [warning, ...others] = warnings({
      baseline: { environment: { graph: 'channels last' } },
      cubic: { environment: { graph: 'channels first' } },
    });
    expect(warning).toMatch(/another form of graph than the baseline \(channels first against channels last\)/);
    expect(others).toEqual([]);
  });

  it('is not doubted for what is not known', () => {
    const unknown = environmentSchema.parse({});
    expect(
      warnings({
        baseline: { conditions: UNKNOWN_CONDITIONS },
        cubic: { environment: unknown, startedAt: null, endedAt: null },
        'linear 2': {
          conditions: UNKNOWN_CONDITIONS,
          environment: { cores: null, threads: null, processor: 'unknown' },
        },
      }),
    ).toEqual([]);
    expect(timingWarnings([], 'baseline')).toEqual([]);
  });

  it.each([
    [{ host: 'other' }, "another node of the baseline's kind (other against bench)"],
    [{ host: 'other', nodeName: 'n2' }, "another node of the baseline's kind (n2 against bench)"],
    [
      { host: 'other', cores: null },
      'a different machine from the baseline (AMD EPYC of other against AMD EPYC of bench)',
    ],
    [
      { host: 'other', processor: 'Intel Xeon' },
      'a different machine from the baseline (AMD EPYC of other against AMD EPYC of bench)',
    ],
    [
      { device: 'NVIDIA H100' },
      'a different machine from the baseline (NVIDIA H100 of bench against AMD EPYC of bench)',
    ],
    [{ threads: { intraOp: 1, interOp: 1 } }, 'a different number of threads from the baseline (1 against 2)'],
    [{ tensorflowVersion: '2.20.0' }, 'different versions from the baseline (TensorFlow 2.20.0, FreezeOut Lab 0.1.0'],
    [{ appVersion: '0.2.0' }, 'FreezeOut Lab 0.2.0, Node v24.21.0 against TensorFlow 2.21.0, FreezeOut Lab 0.1.0'],
  ])('compares the environments of partners: %o', (environment, text) => {
    const [warning, ...others] = warnings({ 'cubic 2': { environment } });
    expect(others).toEqual([]);
    expect(warning).toContain(text);
    expect(warning).toMatch(/^cubic \(seed 2\) trained .* go by the profile\.$/);
  });

  it('names all arms and seeds that a reason concerns in one sentence', () => {
    const environment = { host: 'other' };
    const [warning, ...others] = warnings({ 'baseline 3': { environment }, cubic: { environment } });
    expect(others).toEqual([]);
    expect(warning).toMatch(/^cubic \(seeds 1 and 2\) and linear \(seed 3\) trained on another node/);
    expect(warnings({ cubic: { environment } })[0]).toMatch(/^cubic \(all 3 seeds\) trained/);
  });

  it('counts a load as different from a quarter of a core on, on a large machine from a tenth of it on', () => {
    const twoCores = (otherLoad: number) => warnings({ 'cubic 1': { conditions: { otherLoad } } });
    expect(twoCores(0.25)).toEqual([]);
    expect(twoCores(0.34)).toEqual([expect.stringContaining('could have used')]);
    const [differs, crowded] = twoCores(1.36);
    expect(differs).toMatch(/^cubic \(seed 1\) trained under a different load .* 1\.4 cores busy against 0\.1/);
    expect(crowded).toMatch(/^cubic \(seed 1\) trained while other programs kept up to 1\.4 cores busy/);
    const large = { cores: 64, threads: { intraOp: 64, interOp: 1 } };
    const manyCores = (otherLoad: number) =>
      warnings({
        baseline: { environment: large },
        cubic: { environment: large, conditions: { otherLoad } },
        linear: { environment: large },
      });
    expect(manyCores(6.4)).toEqual([]);
    expect(manyCores(6.6)).toHaveLength(2);
  });

  it('finds a crowded machine where all runs were timed on it alike, unless cores were to spare', () => {
    const busy = { conditions: { otherLoad: 0.9 } };
    const all = (environment: Partial<Environment>) =>
      warnings(Object.fromEntries(ARMS.map((arm) => [arm, { ...busy, environment }])));
    expect(all({})).toEqual([
      'baseline (all 3 seeds), cubic (all 3 seeds) and linear (all 3 seeds) trained while other programs kept up to 0.9 cores busy that training could have used: the wall clock cannot be trusted; go by the profile, or train again on a quiet machine.',
    ]);
    expect(all({ cores: 4 })).toEqual([]);
    // A graphics card needs a core to drive it and one for batches, whatever the number of threads.
    expect(all({ backend: 'tensorflow-gpu', cores: 3, threads: { intraOp: 3, interOp: 1 } })).toEqual([]);
  });

  it('finds what held a run back: a quota from a hundredth of the training on, heat, a lower frequency', () => {
    expect(warnings({ 'linear 1': { conditions: { throttledSeconds: 0.9 } } })).toEqual([]);
    expect(warnings({ 'linear 1': { conditions: { throttledSeconds: 1.1 } } })).toEqual([
      expect.stringMatching(/^linear \(seed 1\) trained under a processor quota .* up to 1\.1 s: raise the quota/),
    ]);
    expect(warnings({ 'baseline 2': { conditions: { thermalThrottles: 1 } } })).toEqual([
      expect.stringMatching(/^baseline \(seed 2\) trained on cores that were slowed down because they were too hot/),
    ]);
    expect(warnings({ 'cubic 3': { conditions: { frequencyMHz: 2300 } } })).toEqual([
      expect.stringMatching(/^cubic \(seed 3\) .* frequency from the baseline \(2300 MHz against 2600\)/),
    ]);
  });

  it('finds a pause of hours, and none where a run was only long in starting', () => {
    const pausedFor = (seconds: number) => warnings({ 'linear 3': { endedAt: 9 * RUN_MS + seconds * 1000 } });
    expect(pausedFor(3000)).toEqual([]);
    expect(pausedFor(7200)).toEqual([expect.stringMatching(/^linear \(seed 3\) paused half-way for up to 2\.0 h/)]);
  });

  it('finds an arm that was trained after the other seeds instead of next to its baseline', () => {
    const later = (seed: number): Change => {
      const startedAt = (20 + seed) * RUN_MS;
      return { startedAt, endedAt: startedAt + RUN_MS };
    };
    expect(warnings({ 'linear 1': later(1), 'linear 2': later(2), 'linear 3': later(3) })).toEqual([
      expect.stringMatching(/^linear \(all 3 seeds\) trained apart from the baseline, with runs of other seeds/),
    ]);
  });

  it('finds runs that trained at the same time on one host, and believes no times that cannot be', () => {
    const together = { startedAt: 0, endedAt: RUN_MS };
    const [warning, ...others] = warnings({ 'baseline 1': together, 'cubic 1': together }, [1]);
    expect(others).toEqual([]);
    expect(warning).toMatch(/^baseline \(seed 1\) and cubic \(seed 1\) trained at the same time/);
    const elsewhere = { ...together, environment: { host: 'other' } };
    expect(warnings({ 'baseline 1': together, 'cubic 1': elsewhere }, [1])).toEqual([
      expect.stringContaining('another node'),
    ]);
    const madeUp = { startedAt: 1, endedAt: 9 };
    expect(warnings(Object.fromEntries(ARMS.map((arm) => [arm, madeUp])))).toEqual([]);
  });

  it('knows cards of a node by their UUID: two do not clash, and are told apart', () => {
    const together = { startedAt: 0, endedAt: RUN_MS };
    const on = (uuid: string, driver = '550.54') => ({
      ...together,
      environment: {
        ...{ backend: 'tensorflow-gpu', device: 'NVIDIA A100', nodeName: 'n1' },
        gpu: { model: 'NVIDIA A100', uuid, driver, clockMHz: 1410, memoryClockMHz: 1593 },
      },
    });
    const [one, other] = ['GPU-11111111-2222', 'GPU-33333333-4444'];
    const same = warnings({ 'baseline 1': on(one), 'cubic 1': on(one), 'linear 1': on(one) }, [1]);
    expect(same).toEqual([expect.stringContaining('trained at the same time')]);
    expect(warnings({ 'baseline 1': on(one), 'cubic 1': on(other) }, [1])).toEqual([
      expect.stringContaining('linear (seed 1) trained on a different machine'),
      expect.stringContaining(
        "cubic (seed 1) trained on another GPU of the baseline's kind (GPU-33333333 of n1 against GPU-11111111 of n1)",
      ),
    ]);
    const [driver] = warnings({ 'baseline 1': on(one), 'cubic 1': on(one, '560.10'), 'linear 1': on(one) }, [1]);
    expect(driver).toMatch(
      /^cubic \(seed 1\) trained with different versions .*driver 560\.10 against .*driver 550\.54/,
    );
  });

  it('says where only one of two partners was imported', () => {
    expect(warnings({ 'cubic 1': { imported: true } })).toEqual([
      expect.stringMatching(/^cubic \(seed 1\) and the baseline did not both train here: one of the two was imported/),
    ]);
  });
});
