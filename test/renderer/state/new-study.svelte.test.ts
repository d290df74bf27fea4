import { flushSync } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PageClient } from '#contract/client.ts';
import { AppError } from '#core/errors.ts';
import { presetStudy } from '#core/presets/presets.ts';
import { runSpecSchema } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { withRule } from '../../../src-renderer/lib/policy-choices.ts';
import { ruleOf } from '../../../src-renderer/lib/rule-drafts.ts';
import type { Live } from '../../../src-renderer/state/live.svelte.ts';
import { NewStudyForm } from '../../../src-renderer/state/new-study.svelte.ts';
import { Notices } from '../../../src-renderer/state/notices.svelte.ts';
import { measurementOf } from '../../support/measurement.ts';

const DATASET = {
  ...{
    name: 'fashion-mnist',
    training: 60_000,
    test: 10_000,
    validation: 0,
    height: 28,
    width: 28,
    channels: 1,
    classes: 10,
  },
  location: { kind: 'idx', path: '/fashion', classes: 10 },
  sha256: null,
};
const PACE = measurementOf(50);
const QUICK = presetStudy('quick');

interface Answers {
  readonly drafts?: Record<string, unknown>;
  readonly measure?: (signal: AbortSignal | undefined, input: { movesStatistics?: boolean }) => Promise<typeof PACE>;
  readonly start?: () => Promise<{ studyId: string }>;
}

/** A home whose studies are called `one` and `two`, and which keeps drafts as the real one does: as JSON. */
function fakeApi({ drafts = {}, measure, start }: Answers = {}) {
  const kept: Record<string, unknown> = { ...drafts };
  const started: StudySpec[] = [];
  const where: unknown[] = [];
  const api = {
    drafts: {
      read: async ({ key }: { key: string }) => ({ value: kept[key] ?? null }),
      save: async ({ key, value }: { key: string; value: unknown }) => {
        kept[key] = value;
        return { key };
      },
    },
    datasets: {
      list: async () => [DATASET],
      parts: async () => ({ split: 'in-order', train: 55_000, validation: 5000, test: 10_000, gaps: [] }),
    },
    weights: { list: async () => [] },
    studies: {
      overview: async () => [{ name: 'one' }, { name: 'copy of one' }],
      show: async () => ({ ...QUICK, name: 'one', arms: [{ policy: { kind: 'none' } }, { policy: QUICK.arms[1] }] }),
      start: async ({ spec, on }: { spec: StudySpec; on?: unknown }) => {
        started.push(spec);
        where.push(on);
        return start ? start() : { studyId: 'study1' };
      },
    },
    runs: {
      show: async () => ({ spec: runSpecSchema.parse({ ...QUICK.base, seed: 9 }), studyName: null, arm: null }),
      measure: async (input: { movesStatistics?: boolean }, { signal }: { signal?: AbortSignal }) =>
        measure ? measure(signal, input) : PACE,
    },
  };
  return { api: api as unknown as PageClient, kept, started, where };
}

const live = { onChange: () => () => undefined } as unknown as Live;
const ends: (() => void)[] = [];

/** The form as its view opens it, with all that was asked for answered. */
async function opened(answers: Answers = {}) {
  const fake = fakeApi(answers);
  const notices = new Notices();
  const preferences = { settings: { device: 'cpu' as const } };
  const form = new NewStudyForm({ api: fake.api, notices, preferences });
  const close = form.open(live);
  ends.push(
    $effect.root(() => {
      $effect(() => form.keep());
    }),
    close,
  );
  await vi.waitUntil(() => form.isReady && form.datasets.length > 0, { timeout: 30_000 });
  // The names of the studies come after the data sets.
  await new Promise((resolve) => setTimeout(resolve));
  return { form, notices, close, ...fake };
}

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

describe('the form of a new study', () => {
  it('starts here, or on the machine that was chosen', async () => {
    const { form, where } = await opened();
    await form.start();
    form.where = 'cluster';
    await form.start();
    expect(where).toEqual([undefined, { machine: 'cluster' }]);
  });

  it('begins with a small study that can start, on the device of the settings', async () => {
    const { form, started } = await opened();
    expect(form.lacks).toEqual([]);
    expect(form.draft.device).toBe('cpu');
    expect(await form.start()).toBe('study1');
    expect(started[0]).toMatchObject({ name: 'fashion-mnist, DenseNet-BC 10 (k = 16)', seeds: [1] });
  });

  it('keeps what is typed, also what is no number yet, and opens with it again', async () => {
    const { form, close, kept } = await opened();
    form.draft.epochs = 'ten';
    flushSync();
    close();
    await vi.waitUntil(() => kept['new-study'] !== undefined, { timeout: 30_000 });
    const again = await opened({ drafts: kept });
    expect(again.form.draft.epochs).toBe('ten');
    expect(again.form.lacks).toEqual([expect.objectContaining({ field: 'epochs' })]);
  });

  it('begins anew where what is kept is of another version', async () => {
    const { form } = await opened({ drafts: { 'new-study': { epochs: 5 } } });
    expect(form.lacks).toEqual([]);
  });

  it('does not start what is not valid, nor twice at once', async () => {
    const { form, started } = await opened();
    form.draft.epochs = '';
    expect(await form.start()).toBeNull();
    form.draft.epochs = '3';
    await Promise.all([form.start(), form.start()]);
    expect(started).toHaveLength(1);
  });

  it('keeps everything where the start is refused', async () => {
    const { form } = await opened({
      start: async () => {
        throw new AppError('bad-request', 'Only data sets that were added can be used here.');
      },
    });
    form.draft.name = 'mine';
    await expect(form.start()).rejects.toThrow('Only data sets');
    expect(form.draft.name).toBe('mine');
    expect(form.isStarting).toBe(false);
  });

  it('goes on under the next free name, also where the view has closed before the start came back', async () => {
    const { form, close, kept } = await opened();
    form.draft.name = 'one';
    expect(form.lacks.map(({ field }) => field)).toEqual(['name']);
    form.draft.name = 'mini';
    const starting = form.start();
    close();
    await starting;
    expect(form.draft.name).toBe('mini 2');
    await vi.waitUntil(() => JSON.stringify(kept['new-study']).includes('"mini 2"'), { timeout: 30_000 });
    // A draft of last time whose name has been taken since.
    const draft = { ...(kept['new-study'] as object), name: 'one' };
    const again = await opened({ drafts: { 'new-study': draft } });
    expect(again.form.draft.name).toBe('one 2');
    expect(again.form.lacks).toEqual([]);
    again.form.fill({ ...QUICK, name: 'one' }, 'filled');
    expect(again.form.draft.name).toBe('one 2');
  });

  it('says that a name is taken', async () => {
    const { form } = await opened();
    form.draft.name = 'one';
    expect(form.lacks).toEqual([expect.objectContaining({ field: 'name' })]);
  });

  it('is filled with a copy of a study under a free name, and gives back what was there', async () => {
    const { form, notices } = await opened();
    form.draft.epochs = '77';
    await form.fillFrom({ kind: 'study', id: 'study1' });
    expect(form.draft).toMatchObject({ name: 'copy of one 2', epochs: '4' });
    expect(form.outlook.policies.map(({ name }) => name)).toEqual(['cubic scaled 0.8']);
    await notices.all[0].undo?.();
    expect(form.draft).toMatchObject({ name: '', epochs: '77' });
  });

  it('is filled with a run as a study of its own', async () => {
    const { form } = await opened();
    await form.fillFrom({ kind: 'run', id: 'run1' });
    expect(form.draft).toMatchObject({ name: 'copy of run run1', seeds: '9' });
    expect(form.outlook.policies).toEqual([]);
  });

  it('goes back to its beginning, and from there again', async () => {
    const { form, notices } = await opened();
    form.draft.seeds = '1-9';
    form.reset();
    expect(form.draft.seeds).toBe('1');
    await notices.all[0].undo?.();
    expect(form.draft.seeds).toBe('1-9');
  });

  it('shows the curve that is being drawn, whatever it is called meanwhile', async () => {
    const { form } = await opened();
    form.draw({
      id: 1,
      name: '',
      points: [
        [0, 0.5],
        [1, 1],
      ],
      scaled: false,
      warmup: '',
    });
    expect(form.outlook.selected?.name).toBe('curve 1');
    form.draw({
      id: 1,
      name: 'late start',
      points: [
        [0, 0.6],
        [1, 1],
      ],
      scaled: false,
      warmup: '',
    });
    expect(form.outlook.selected?.name).toBe('late start');
  });

  it('shows the rule that is being typed, and its last plan while a number is missing', async () => {
    const { form } = await opened();
    form.addRule(ruleOf({ kind: 'stepwise' }, 1));
    expect(form.outlook.selected?.name).toBe('stepwise 0.5 to 1');
    const [rule] = form.draft.policies.rules;
    form.choose(withRule(form.draft.policies, { ...rule, fields: { ...rule.fields, level: '' } }));
    expect(form.lacks.map(({ field }) => field)).toEqual(['rules']);
    expect(form.outlook.isStale).toBe(true);
    form.choose(withRule(form.draft.policies, { ...rule, fields: { ...rule.fields, level: '0.7' } }));
    expect(form.outlook.selected?.name).toBe('stepwise 0.5 to 0.7');
  });

  it('estimates from a measured pace, and keeps it for this network alone', async () => {
    const { form, kept } = await opened();
    expect(form.outlook.estimate).toBeNull();
    const { base, images } = form.reading;
    if (base === null || images === null) throw new Error('The first draft does not fit its data set.');
    await form.pace.measure({ base, images, movesStatistics: false });
    const one = form.outlook.estimate?.seconds ?? 0;
    expect(one).toBeGreaterThan(0);
    form.draft.seeds = '1-3';
    expect(form.outlook.estimate?.seconds).toBeCloseTo(3 * one, 6);
    form.draft.batchSize = '64';
    expect(form.outlook.estimate).toBeNull();
    await form.pace.close();
    const again = await opened({ drafts: { 'measured-paces': kept['measured-paces'] } });
    expect(again.form.outlook.estimate?.seconds).toBeCloseTo(one, 6);
  });

  it('measures anew for a policy whose frozen layers let their statistics move, and keeps that for all', async () => {
    const asked: unknown[] = [];
    const { form } = await opened({
      measure: async (_, input) => {
        asked.push(input);
        return input.movesStatistics === true ? { ...PACE, movingDepths: [] } : PACE;
      },
    });
    const measure = async () => {
      const { base, images } = form.reading;
      if (base === null || images === null) throw new Error('The draft does not fit its data set.');
      await form.pace.measure({ base, images, movesStatistics: form.outlook.movesStatistics });
    };
    await measure();
    expect(form.outlook.estimate).not.toBeNull();
    form.addRule(ruleOf({ kind: 'fixed', layers: 2, frozenBatchNorm: 'statistics-move' }, 1));
    expect(form.outlook.estimate).toBeNull();
    await measure();
    expect(form.outlook.estimate).not.toBeNull();
    expect(asked).toMatchObject([{ movesStatistics: false }, { movesStatistics: true }]);
  });

  it('says why a measurement failed, and ends one that nobody waits for', async () => {
    const refusing = await opened({
      measure: async () => {
        throw new AppError('conflict', 'A run trains.');
      },
    });
    const { base, images } = refusing.form.reading;
    if (base === null || images === null) throw new Error('The first draft does not fit its data set.');
    await refusing.form.pace.measure({ base, images, movesStatistics: false });
    expect(refusing.form.pace.error).toBe('A run trains.');

    let ended: AbortSignal | undefined;
    const waiting = await opened({
      measure: (signal) => {
        ended = signal;
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')));
        });
      },
    });
    const measuring = waiting.form.pace.measure({ base, images, movesStatistics: false });
    expect(waiting.form.pace.isMeasuring).toBe(true);
    waiting.form.pace.cancel();
    await measuring;
    expect(ended?.aborted).toBe(true);
    expect(waiting.form.pace).toMatchObject({ isMeasuring: false, error: null });
  });

  it('keeps in sight what fitted last, and says that it is from before', async () => {
    const { form } = await opened();
    const arms = form.outlook.shown?.arms.length;
    form.draft.epochs = '';
    expect(form.outlook.preview).toBeNull();
    expect(form.outlook.isStale).toBe(true);
    expect(form.outlook.shown?.arms).toHaveLength(arms ?? -1);
    expect(form.outlook.selected?.steps).toBe(800);
    form.draft.epochs = '8';
    expect(form.outlook.isStale).toBe(false);
    expect(form.outlook.selected?.steps).toBe(1600);
    form.draft.networks[form.draft.model] = { depth: '9994' };
    expect(form.outlook.shown).toBeNull();
    expect(form.outlook.reason).toContain('more than 1000 layers');
  });

  it('draws nothing that is not valid', async () => {
    const { form } = await opened();
    form.choose({ scheduleSteps: 'many' });
    expect(form.outlook.preview).toBeNull();
    form.choose({ scheduleSteps: '' });
    expect(form.outlook.preview?.arms.length).toBe(5);
    form.fill({ ...QUICK, base: { ...QUICK.base, dataset: { kind: 'cifar10', path: '/x' } } }, 'filled');
    expect(form.outlook.preview).toBeNull();
  });
});
