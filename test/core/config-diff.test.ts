import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Configured } from '#core/config-diff.ts';
import { comparisonWarnings, configRows } from '#core/config-diff.ts';
import { type Environment, environmentSchema } from '#core/run-event.ts';
import { resolvedSpec } from '../support/run-summary.ts';

function configured(changes: Readonly<Record<string, unknown>> = {}, device = 'EPYC'): Configured {
  const environment = environmentSchema.parse({ backend: 'tensorflow-cpu', device });
  return { spec: resolvedSpec(changes), data: null, weights: null, environment };
}

const differing = (runs: readonly Configured[]) =>
  configRows(runs)
    .filter(({ differs }) => differs)
    .map(({ key, values }) => [key, ...values]);

describe('the difference of configurations', () => {
  it('is nothing between runs that are alike', () => {
    expect(differing([configured(), configured()])).toEqual([]);
  });

  it('names nested settings, in the order of the spec, and what only one has', () => {
    const other = configured({
      seed: 2,
      optimizer: { learningRate: 0.05, momentum: 0.9, nesterov: false, weightDecay: 0.0001 },
      model: { kind: 'wide-resnet', depth: 40, width: 4 },
      policy: { kind: 'none' },
    });
    expect(differing([configured(), other])).toEqual([
      ['model.kind', 'densenet-bc', 'wide-resnet'],
      ['model.width', null, '4'],
      ['model.skip', null, 'yes'],
      ['model.growth', '12', null],
      ['optimizer.learningRate', '0.1', '0.05'],
      ['optimizer.nesterov', 'yes', 'no'],
      ['policy.kind', 'freezeout', 'none'],
      ['policy.shape', 'cubic', null],
      ['policy.t0', '0.8', null],
      ['policy.scaled', 'yes', null],
      ['seed', '1', '2'],
    ]);
  });

  it('shows a drawn curve by its points, and where a run ran', () => {
    const points = [
      [0, 0.5],
      [1, 1],
    ];
    const drawn = configured({ policy: { kind: 'freezeout', shape: 'curve', points, scaled: true } }, 'Xeon');
    expect(differing([configured(), drawn])).toEqual([
      ['policy.shape', 'cubic', 'curve'],
      ['policy.points', null, '0→0.5, 1→1'],
      ['policy.t0', '0.8', null],
      ['device', 'EPYC', 'Xeon'],
    ]);
  });

  it('tell data sets apart by their hash where it is known, wherever the files are', () => {
    const on = (letter: string, path: string): Configured => ({
      ...configured({ dataset: { kind: 'npz', path } }),
      data: { sha256: letter.repeat(64), location: null },
    });
    const different = 'These runs train on different data sets: their losses and errors are not comparable.';
    const warnings = (...runs: readonly Configured[]) => comparisonWarnings(configRows(runs));
    expect(warnings(on('a', '/here'), on('a', '/there'))).toEqual([]);
    expect(warnings(on('a', '/here'), on('b', '/here'))).toEqual([different]);
    expect(differing([on('a', '/x'), on('b', '/x')])).toEqual([['data SHA-256', 'a'.repeat(12), 'b'.repeat(12)]]);
    const unrecorded = configured({ dataset: { kind: 'npz', path: '/there' } });
    expect(warnings(on('a', '/here'), unrecorded)).toEqual([different]);
  });

  it('tell weights apart by their hash, under whichever name', () => {
    const from = (letter: string, name: string): Configured => ({
      ...configured({ weights: { name, head: 'new' } }),
      weights: { sha256: letter.repeat(64) },
    });
    const different =
      'These runs do not begin with the same weights: what the policy does is not told from what the weights do.';
    const warnings = (...runs: readonly Configured[]) => comparisonWarnings(configRows(runs));
    expect(warnings(from('a', 'resnet18'), from('a', 'renamed'))).toEqual([]);
    expect(warnings(from('a', 'resnet18'), from('b', 'resnet18'))).toEqual([different]);
    expect(warnings(from('a', 'resnet18'), configured())).toEqual([different]);
    const queued = (name: string) => configured({ weights: { name, head: 'new' } });
    expect(warnings(queued('resnet18'), queued('resnet18'))).toEqual([]);
    expect(warnings(queued('resnet18'), queued('resnet34'))).toEqual([different]);
    const rows = differing([from('a', 'resnet18'), from('b', 'resnet18')]);
    expect(rows).toEqual([['weights SHA-256', 'a'.repeat(12), 'b'.repeat(12)]]);
  });

  it('of a run that has not started has no environment', () => {
    expect(
      differing([configured(), { spec: resolvedSpec(), data: null, weights: null, environment: null }]).every(
        ([, , value]) => value === null,
      ),
    ).toBe(true);
  });

  it('has every setting of every run once, and says whether its values differ', () => {
    const some = fc.record({
      seed: fc.integer({ min: 0, max: 3 }),
      batchSize: fc.constantFrom(50, 100),
      dataset: fc.constantFrom('a', { kind: 'cifar10', path: '/x' }),
    });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 5 }), (changes) => {
        const rows = configRows(changes.map((change) => configured(change)));
        const keys = rows.map(({ part, key }) => `${part} ${key}`);
        expect(new Set(keys).size).toBe(keys.length);
        for (const key of ['seed', 'batchSize'] as const) {
          const row = rows.find((one) => one.key === key);
          expect(row?.values).toEqual(changes.map((change) => String(change[key])));
          expect(row?.differs).toBe(changes.some((change) => change[key] !== changes[0][key]));
        }
      }),
    );
  });
});

/** A run on a node of a cluster. */
function onNode(host: string, kind: Partial<Environment> = {}): Configured {
  const known = { backend: 'tensorflow-gpu', device: 'NVIDIA A100', processor: 'AMD EPYC', cores: 64 };
  return { ...configured(), environment: environmentSchema.parse({ ...known, host, ...kind }) };
}

describe('what does not compare', () => {
  const warnings = (...runs: Configured[]) => comparisonWarnings(configRows(runs)).map((text) => text.split(':')[0]);

  it.each([
    [configured(), []],
    [configured({ dataset: 'cifar10' }), ['These runs train on different data sets']],
    [configured({ dataset: { kind: 'cifar10', path: '/c' } }), ['These runs train on different data sets']],
    [configured({ train: 100 }), ['These runs are trained, validated or tested on different numbers of images.']],
    [configured({ batchSize: 10 }), ['A step does not have the same number of images in all of them']],
    [configured({}, 'Xeon'), ['These runs did not run on the same machine']],
  ])('is said: %#', (other, expected) => {
    expect(warnings(configured(), other)).toEqual(expected);
  });

  it('is milder of nodes of one kind, and nothing of jobs', () => {
    const mild = ['These runs ran on other nodes, or other GPUs, of the same kind'];
    expect(warnings(onNode('n1', { job: '1' }), onNode('n1', { job: '2' }))).toEqual([]);
    expect(warnings(onNode('n1'), onNode('n2'))).toEqual(mild);
    const gpu = (uuid: string) => ({ model: 'NVIDIA A100', uuid, driver: '1', clockMHz: null, memoryClockMHz: null });
    expect(warnings(onNode('n1', { gpu: gpu('a') }), onNode('n1', { gpu: gpu('b') }))).toEqual(mild);
    const hard = ['These runs did not run on the same machine'];
    expect(warnings(onNode('n1'), onNode('n2', { cores: 32 }))).toEqual(hard);
    expect(warnings(onNode('n1', { processor: 'unknown' }), onNode('n2', { processor: 'unknown' }))).toEqual(hard);
  });
});
