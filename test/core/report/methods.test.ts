import { describe, expect, it } from 'vitest';
import type { Policy } from '#core/policy/policy.ts';
import { methodsOf } from '#core/report/methods.ts';
import { type MethodsFacts, reportedRun } from '#core/report/methods-facts.ts';
import { environmentSchema } from '#core/run-event.ts';
import { armsOf } from '#core/study.ts';
import { runDetail } from '../../support/figure-fixture.ts';
import { studyFixture } from '../../support/study-fixture.ts';

const POLICIES: readonly Policy[] = [
  { kind: 'freezeout', shape: 'cubic', t0: 0.8, scaled: true },
  { kind: 'freezeout', shape: 'linear', t0: 0.5, scaled: false, scheduleSteps: 3_000, warmupEpochs: 1 },
  { kind: 'stepwise', start: 0.5, level: 1 },
  { kind: 'gradient-norm', interval: 0.05, percentile: 50 },
  { kind: 'random-times', draw: 1, earliest: 0.5, scaled: false },
];

const SHA = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);

function factsOf(change: Partial<MethodsFacts> = {}): MethodsFacts {
  const runs = [1, 2].map((seed) => ({ seed, testError: 0.1, trainingSeconds: 10 }));
  const study = studyFixture(
    armsOf(POLICIES, true).map((arm) => ({ arm, runs })),
    [1, 2],
  );
  return {
    study,
    runs: study.runs.map((run) => ({ ...reportedRun(runDetail(run)), startedAt: run.seed })),
    dataset: {
      ...{ name: 'fashion-mnist', location: { kind: 'idx', path: 'p', classes: 10 }, training: 60_000, test: 10_000 },
      ...{ validation: 0, height: 28, width: 28, channels: 1, classes: 10, sha256: SHA },
    },
    normalization: { mean: [0.28604], std: [0.35302] },
    ...change,
  };
}

function textOf(facts: MethodsFacts, title: string): string {
  return methodsOf(facts).find((paragraph) => paragraph.title === title)?.text ?? '';
}

describe('the methods', () => {
  it('have the numbers of network, data and training', () => {
    const facts = factsOf();
    const layers = facts.runs[0].layers;
    const params = layers.reduce((sum, layer) => sum + layer.params, 0).toLocaleString('en-US');
    expect(textOf(facts, 'Network')).toContain(`${layers.length} layers, ${params} trained parameters`);
    const data = textOf(facts, 'Data');
    expect(data).toContain('The first 10,000 images of the training file are trained on, its last 1,000 are held out');
    expect(data).toContain(SHA);
    expect(data).toContain('(mean 0.2860; standard deviation 0.3530)');
    expect(data).toContain('padded by 4 black pixels');
    const training = textOf(facts, 'Training');
    expect(training).toContain('SGD with Nesterov momentum 0.9, learning rate a = 0.1, weight decay 0.0001');
    expect(training).toContain('10 epochs of 200 steps: S = 2,000 steps.');
  });

  it('have the formula of each policy with its numbers', () => {
    const facts = factsOf();
    const [cubic, linear, stepwise, gradient, random] = facts.study.arms
      .filter((arm) => arm.role === 'policy')
      .map((arm) => textOf(facts, `Policy ${arm.name}`));
    expect(cubic).toBe('FreezeOut, cubic: r_i = x_i³ with x_i = 0.8 + 0.2 i/N; lr_i(0) = a / r_i (scaled).');
    expect(linear).toContain(
      'r_i = x_i with x_i = 0.5 + 0.5 i/N; lr_i(0) = a (plain). In t_i, 3,000 steps stand for S',
    );
    expect(linear).toContain('The rates rise linearly from 0 for 1 epoch first');
    expect(stepwise).toContain('floor(1 max(0, (e/E - 0.5) / 0.5) N)');
    expect(gradient).toContain('Every 0.05 of the run');
    expect(random).toContain('drawn uniformly from [0.5, 1) by the seed 1');
  });

  it('say of the equal-time baselines how long they are, and from what', () => {
    expect(textOf(factsOf(), 'Order and equal time')).toContain("cubic scaled 0.8: S' = 2,000 by the compute");
  });

  it('say whether arms were interleaved only by when they began', () => {
    expect(textOf(factsOf(), 'Order and equal time')).toContain('all arms of a seed ran one after another');
    const facts = factsOf();
    const shuffled = facts.runs.map((run, index) => ({ ...run, startedAt: index }));
    expect(textOf({ ...facts, runs: shuffled }, 'Order and equal time')).toContain('not wholly interleaved by seed');
  });

  it("tell each run's data, and nothing of a data set that has taken their place", () => {
    const facts = factsOf();
    const { length } = facts.runs;
    const onData = (data: (index: number) => string | null): MethodsFacts['runs'] =>
      facts.runs.map((run, index) => {
        const sha256 = data(index);
        return { ...run, data: sha256 === null ? null : { sha256, location: null } };
      });
    const dataOf = (runs: MethodsFacts['runs']) => textOf({ ...facts, runs }, 'Data');
    expect(dataOf(facts.runs)).toContain(`SHA-256 over sizes, pixels and labels of the data: ${SHA}.`);
    expect(dataOf(facts.runs)).toContain('60,000 images in its training file');
    const mixed = dataOf(onData((index) => (index === 0 ? OTHER : SHA)));
    expect(mixed).toContain(`of the data: ${OTHER} (1 run) and ${SHA} (${length - 1} runs).`);
    expect(mixed).toContain('are not compared');
    const replaced = dataOf(onData(() => OTHER));
    expect(replaced).toContain(`of the data: ${OTHER}.`);
    expect(replaced).not.toContain(SHA);
    expect(replaced).toContain('size and classes are not stored with the study');
    const old = dataOf(onData(() => null));
    expect(old).toContain(`is not recorded. When fashion-mnist was added, its hash was ${SHA}.`);
    expect(dataOf(onData((index) => (index === 0 ? null : SHA)))).toContain('is not recorded for 1 run.');
  });

  it('say in what products were computed where that was not float32, and the form of graphs where a card has several', () => {
    const facts = factsOf();
    expect(textOf(facts, 'Training')).not.toContain('bf16');
    const study = { ...facts.study, base: { ...facts.study.base, precision: 'bf16' as const } };
    expect(textOf({ ...facts, study }, 'Training')).toContain('read and give bf16 and add up in float32');
    const environment = environmentSchema.parse({
      arithmetic: 'bf16, casts in the graph on AVX-512 BF16',
      graph: 'channels first',
    });
    const runs = facts.runs.map((run) => ({ ...run, environment }));
    expect(textOf({ ...facts, runs }, 'Machine')).toContain(
      ', products in bf16, casts in the graph on AVX-512 BF16, graphs with channels first, ',
    );
  });

  it('say where every seed was trained, if not all in one place', () => {
    const facts = factsOf();
    const on = (nodeName: string, job: string) =>
      environmentSchema.parse({
        ...{
          backend: 'tensorflow-gpu',
          tensorflowVersion: '2.21.0',
          device: 'NVIDIA A100',
          host: nodeName,
          nodeName,
          job,
        },
        gpu: { model: 'NVIDIA A100', uuid: `GPU-${nodeName}${nodeName}-1234`, driver: '550.54', clockMHz: 1410 },
      });
    const trained = (place: (run: { readonly seed: number }, index: number) => string) =>
      textOf(
        {
          ...facts,
          runs: facts.runs.map((run, index) => ({ ...run, environment: on(place(run, index), `${index}`) })),
        },
        'Machine',
      );
    const together = trained(({ seed }) => `n${seed}`);
    expect(together).toMatch(/^\d+ runs: tensorflow-gpu 2\.21\.0 on NVIDIA A100 with driver 550\.54, up to 1,410 MHz/);
    expect(together).toContain(
      'in several places: seed 1 on GPU-n1n1-123 of n1; seed 2 on GPU-n2n2-123 of n2. All arms of a seed',
    );
    expect(trained((_, index) => `n${index % 3}`)).not.toContain('All arms of a seed');
    expect(trained(() => 'n1')).not.toContain('several places');
  });

  it('say of what is unknown that it is', () => {
    const facts = factsOf({ dataset: null, normalization: null, runs: [] });
    expect(textOf(facts, 'Network')).toContain('Its size is not known before the first run has begun.');
    expect(textOf(facts, 'Data')).toContain('The SHA-256 of the images is not recorded.');
    expect(textOf(facts, 'Data')).toContain('(not known before the first run has begun)');
    expect(textOf(factsOf(), 'Machine')).toContain('the machine is not recorded');
    expect(textOf(factsOf(), 'Machine')).toContain('The commit of the program is not recorded.');
  });
});
