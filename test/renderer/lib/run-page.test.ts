import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import { BASELINE } from '#core/policy/policy.ts';
import type { RunDetail, RunRecord, StudyRecord } from '#core/records.ts';
import { resolvedRunSpecSchema } from '#core/run.ts';
import { environmentSchema } from '#core/run-event.ts';
import { adviceFor, passedOverAdvice } from '../../../src-renderer/lib/run-advice.ts';
import { differenceOf } from '../../../src-renderer/lib/run-baseline.ts';
import { cacheText } from '../../../src-renderer/lib/run-cache.ts';
import { environmentFacts, specFacts } from '../../../src-renderer/lib/run-facts.ts';
import { eventText, noCheckpointText, notableEvents, segmentSeconds } from '../../../src-renderer/lib/run-history.ts';
import { layerRows } from '../../../src-renderer/lib/run-layers.ts';
import { leftText, runProgress } from '../../../src-renderer/lib/run-progress.ts';
import { runTitle } from '../../../src-renderer/lib/run-title.ts';
import { CACHE_EVENTS } from '../../support/cache-events.ts';
import { UNKNOWN_CONDITIONS } from '../../support/conditions.ts';

const spec = resolvedRunSpecSchema.parse({
  dataset: 'fashion-mnist',
  model: { kind: 'vgg' },
  epochs: 5,
  train: 1000,
  validation: 100,
  test: 100,
  optimizer: { learningRate: 0.05 },
});

/** As much of a run as these functions read. */
function run(given: Partial<RunDetail>): RunDetail {
  return {
    id: 'r1',
    arm: 'cubic scaled 0.8',
    seed: 3,
    spec,
    status: 'finished',
    reason: null,
    steps: 100,
    stepsPerEpoch: 20,
    epoch: 5,
    frozenLayers: 1,
    layerCount: 3,
    seconds: { training: 10, evaluation: 1, checkpoint: 1 },
    conditions: UNKNOWN_CONDITIONS,
    environment: null,
    segments: [],
    validationError: 0.2,
    testError: 0.21,
    imported: false,
    data: { sha256: 'ab'.repeat(32), location: null },
    weights: null,
    deleted: false,
    lastSeq: 9,
    epochs: [],
    freezes: [],
    unfreezes: [],
    checkpoints: [],
    layers: [],
    ...given,
  } as unknown as RunDetail;
}

describe('a run without a checkpoint', () => {
  it.each([
    ['running', false, /^None yet: the first comes/],
    ['queued', false, /^None yet/],
    ['finished', false, /^None is recorded\.$/],
    ['failed', false, /ended before the first/],
    ['finished', true, /imported/],
  ] as const)('that is %s (imported: %s) says why', (status, imported, text) => {
    expect(noCheckpointText({ status, imported })).toMatch(text);
  });
});

describe('the title of a run', () => {
  it('is its arm and seed, or its network and policy', () => {
    expect(runTitle(run({}))).toBe('cubic scaled 0.8, seed 3');
    expect(runTitle(run({ arm: null }))).toBe('VGG 16, baseline, seed 3');
  });
});

describe('the configuration of a run', () => {
  const facts = specFacts(run({})).flatMap((group) => group.facts);
  const factOf = (name: string) => facts.find((fact) => fact.name === name);

  it('marks what differs from the defaults, and says what they are', () => {
    expect(factOf('learning rate')).toEqual({ name: 'learning rate', text: '0.05', usually: '0.1' });
    expect(facts.filter((fact) => fact.usually !== null)).toHaveLength(1);
    expect(factOf('optimizer')?.text).toBe('SGD');
    expect(factOf('momentum')?.text).toBe('0.9');
    expect(factOf('nesterov momentum')?.text).toBe('yes');
    expect(factOf('no decay for')?.text).toBe('none');
    expect(factOf('steps')?.text).toBe('100, 20 an epoch');
  });

  it('shows the file of weights by its hash, where a run begins with one', () => {
    const weights = { name: 'resnet18', head: 'new' } as const;
    const { spec } = run({});
    const shown = specFacts(run({ spec: { ...spec, weights }, weights: { sha256: 'c'.repeat(64) } }));
    const texts = new Map(shown.flatMap((group) => group.facts).map(({ name, text }) => [name, text]));
    expect([texts.get('weights'), texts.get('weights file')]).toEqual([
      'resnet18, with a new head',
      `SHA-256 ${'c'.repeat(12)}`,
    ]);
    expect(factOf('weights file')).toBeUndefined();
  });

  it('says what else the machine did while it trained', () => {
    const environment = environmentSchema.parse({ processor: 'CPU', cores: 2, memoryBytes: 2 ** 32 });
    const conditions = { otherLoad: 0.52, throttledSeconds: 0, thermalThrottles: null, frequencyMHz: null };
    const facts = environmentFacts(run({ environment, conditions }));
    expect(facts.find(({ name }) => name === 'meanwhile')?.text).toBe('0.5 cores busy with other work');
    expect(facts.find(({ name }) => name === 'machine')?.text).toBe('CPU, 2 cores, 4.0 GiB');
  });

  it('does not know the environment of a run that never started', () => {
    expect(environmentFacts(run({ environment: null }))[0]?.text).toBe('known once the run has started');
  });
});

describe('how far a run is', () => {
  it('is told by its events while it trains, else by what is stored', () => {
    const standing = { epoch: 2, epochs: 5, step: 31, steps: 100, loss: 0.5, validationError: null, frozenLayers: 0 };
    expect(runProgress(run({ status: 'running', epoch: 1 }), standing as never)).toMatchObject({
      step: 31,
      share: 0.31,
    });
    expect(runProgress(run({ status: 'paused', epoch: 1 }), null)).toMatchObject({
      step: 20,
      share: 0.2,
      epochs: 5,
      loss: null,
    });
    const checkpoints = [{ step: 34, epoch: 1, bytes: 1, sha256: '' }];
    expect(runProgress(run({ status: 'paused', epoch: 1, checkpoints }), null).step).toBe(34);
  });

  it('has as much time left as its page can say', () => {
    expect(leftText(125)).toBe('2 min');
    expect(leftText(20)).toBe('less than a minute');
    expect(leftText(null)).toBe('–');
  });
});

describe('what stands above a run', () => {
  it('says why it ended and what to do', () => {
    const failed = adviceFor(run({ status: 'failed', reason: 'Out of memory' }), []);
    expect(failed?.text).toMatch(/^Out of memory\. /);
    expect(failed?.actions).toEqual(['resume', 'log', 'duplicate']);
    expect(failed?.text).toContain('It can go on from its last checkpoint');
    expect(adviceFor(run({ status: 'failed', epoch: 0 }), [])?.text).toContain('It can start again.');
    expect(adviceFor(run({ status: 'diverged', reason: 'The loss is NaN.' }), [])?.text).toMatch(/lower learning rate/);
    expect(adviceFor(run({ status: 'interrupted', epoch: 2 }), [])).toMatchObject({
      actions: ['resume', 'log'],
      text: expect.stringContaining('epoch 2 was its last'),
    });
  });

  it('offers to start anew only where no checkpoint can be used', () => {
    const lost = 'None can be used: restore their files, or start it anew with “Start anew …”.';
    const anew = adviceFor(run({ status: 'interrupted', epoch: 2, reason: lost }), []);
    expect(anew).toMatchObject({ text: expect.stringContaining(lost), actions: ['resume', 'anew', 'log'] });
  });

  it('says of a run that trains which checkpoints its last resume had to pass over', () => {
    const header = { seq: 2, runId: 'r', at: 1 };
    const resumed = { type: 'run.resumed', ...header, step: 20, reason: 'Goes on with step 20.' } as const;
    const passing = { ...resumed, passedOver: ['30.json is damaged.'] };
    const told = {
      title: 'It goes on from an older checkpoint',
      text: expect.stringMatching(/^30\.json is damaged\. /),
    };
    expect(passedOverAdvice(run({ status: 'running' }), [resumed, passing])).toMatchObject(told);
    expect(passedOverAdvice(run({ status: 'running' }), [passing, resumed])).toBeNull();
    expect(passedOverAdvice(run({ status: 'finished' }), [passing])).toBeNull();
  });

  it('offers no resume of an imported run', () => {
    const advice = adviceFor(run({ status: 'interrupted', imported: true }), []);
    expect(advice?.actions).toEqual(['log']);
    expect(advice?.text).toMatch(/cannot go on/);
  });

  it('says nothing of a run that is well', () => {
    expect(adviceFor(run({}), [])).toBeNull();
    expect(adviceFor(run({ status: 'running' }), [])).toBeNull();
  });

  it('comes first from the trash', () => {
    expect(adviceFor(run({ status: 'failed', deleted: true }), [])?.actions).toEqual(['restore']);
  });

  it('tells the place in the queue, as long as no resumed run stands in it', () => {
    const training = { ...run({ id: 'a', status: 'running', seed: 1 }) } as RunRecord;
    const first = run({ id: 'b', status: 'queued', lastSeq: 0 });
    const own = run({ id: 'r1', status: 'queued', lastSeq: 0 });
    expect(adviceFor(own, [training, own])?.title).toBe('It is next in the queue');
    expect(adviceFor(own, [training, first, own])?.title).toBe('It waits in the queue, behind 1 run');
    expect(adviceFor(own, [training, { ...first, lastSeq: 4 }, own])?.title).toBe(
      'It waits in the queue, one of 2 runs',
    );
    expect(adviceFor(own, [training, own])?.text).toMatch(/now it is cubic scaled 0.8, seed 1/);
    expect(adviceFor(own, [own])).toMatchObject({
      actions: ['resume'],
      text: expect.stringContaining('Nothing trains'),
    });
  });

  it('says of one that waits on another machine where it is, and offers nothing that concerns the queue here', () => {
    const elsewhere = { machine: 'gpubox', folder: '/root/jobs/b1', isThere: true };
    const sent = adviceFor(run({ status: 'queued', elsewhere }), []);
    expect(sent).toMatchObject({ title: 'It was sent to gpubox', actions: [] });
    const taken = run({ status: 'queued', elsewhere: { ...elsewhere, isThere: false } });
    expect(adviceFor(taken, [])?.title).toBe('It waits in the queue');
  });
});

describe('a run against the baseline of its seed', () => {
  const arm = { role: 'policy', of: null, policy: spec.policy, steps: 100, computeSaved: 0.2 } as const;
  const baseline = run({
    id: 'b1',
    arm: 'baseline',
    testError: 0.2,
    seconds: { training: 20, evaluation: 0, checkpoint: 0 },
  });
  const study = (...runs: RunDetail[]): StudyRecord =>
    ({
      id: 's',
      seeds: [3],
      arms: [
        { ...arm, name: 'baseline', role: 'baseline', policy: BASELINE, computeSaved: 0 },
        { ...arm, name: 'cubic scaled 0.8' },
      ],
      runs,
    }) as unknown as StudyRecord;

  it('has the numbers of the comparison', () => {
    const both = study(baseline, run({}));
    const difference = differenceOf('r1', both, compareStudy(both));
    expect(difference?.baseline.id).toBe('b1');
    // 1 - 10 s / 20 s, and 100 (0.21 - 0.20).
    expect(difference?.wall).toBeCloseTo(0.5);
    expect(difference?.errorDelta).toBeCloseTo(1);
    expect(difference?.reason).toBeNull();
  });

  it('says why there is no number yet', () => {
    const early = study(run({ id: 'b1', arm: 'baseline', status: 'running', testError: null }), run({}));
    expect(differenceOf('r1', early, compareStudy(early))?.reason).toMatch(/baseline has finished: it is running/);
    const own = study(baseline, run({ status: 'paused', testError: null }));
    expect(differenceOf('r1', own, compareStudy(own))?.reason).toMatch(/this run has finished: it is paused/);
  });

  it('is nothing for the baseline itself, and where there is none', () => {
    expect(differenceOf('b1', study(baseline), compareStudy(study(baseline)))).toBeNull();
    expect(differenceOf('r1', study(run({})), compareStudy(study(run({}))))).toBeNull();
  });
});

describe('the layers of a run', () => {
  const layers = [0, 1, 2].map((index) => ({
    ...{ index, name: `layer${index}`, params: 10, macs: 1000, initialLearningRate: 0.1 },
    freezeStep: index === 2 ? null : 40 + index,
    unfreezeStep: null,
  }));

  it('have a rate until they freeze', () => {
    const freezes = [{ layer: 0, plannedStep: 40, step: 41, epoch: 3 }];
    const rows = layerRows({ layers, freezes, unfreezes: [], frozenLayers: 1 }, [null, 0.0123456, 0.09]);
    expect(rows.map(({ isFrozen, rate, planned, actual }) => [isFrozen, rate, planned, actual])).toEqual([
      [true, '–', '40', '41'],
      [false, '0.01235', '41', '–'],
      [false, '0.09', '–', '–'],
    ]);
  });

  it('say why a rate is not known', () => {
    expect(layerRows({ layers, freezes: [], unfreezes: [], frozenLayers: 0 }, null)[1]?.rateReason).toBe(
      'Shown while the run trains',
    );
  });
});

describe('the history of a run', () => {
  it('tells what happened, with its reason', () => {
    const paused = { type: 'run.paused', seq: 4, runId: 'r1', at: 0, step: 30, reason: 'Paused by the user.' } as const;
    expect(eventText(paused)).toBe('Paused: Paused by the user.');
    expect(segmentSeconds({ startedAt: 1000, endedAt: 4000, reason: null }, 9000)).toBe(3);
    expect(segmentSeconds({ startedAt: 1000, endedAt: null, reason: null }, 9000)).toBe(8);
  });
});

describe('the cache of frozen layers', () => {
  it('has a row for each depth and a sentence on what it saved', () => {
    const text = cacheText(CACHE_EVENTS);
    expect(text?.rows[1]).toEqual({
      ...{ frozenLayers: 2, place: 'in memory', images: '400', size: '52.0 MB', predicted: '1.0 s' },
      reason: 'The disk failed.',
    });
    expect(text?.outcome).toBe(
      'It saved 1.5 s (2.3 s predicted): for 45 % of the images read, what frozen layers gave was kept.',
    );
    expect(cacheText([])).toBeNull();
    const unread = CACHE_EVENTS.map((event) => ('hits' in event ? { ...event, images: 0 } : event));
    expect(cacheText(unread)?.outcome).toBe('The output of frozen layers was kept for no image.');
  });

  it('is in the history only with what it saved', () => {
    expect(notableEvents(CACHE_EVENTS).map(eventText)).toEqual([
      'Resumed: Goes on with step 20.',
      'Cache of frozen layers: It saved 1.0 s (1.3 s predicted): for 40 % of the images read, what frozen layers gave was kept.',
      'Cache of frozen layers: It saved 0.50 s (1.0 s predicted): for 70 % of the images read, what frozen layers gave was kept.',
    ]);
  });
});
