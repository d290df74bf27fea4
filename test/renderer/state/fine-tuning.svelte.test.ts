import { expect, it, vi } from 'vitest';
import type { StudySpec } from '#core/study.ts';
import type { AppState } from '../../../src-renderer/state/app-state.ts';
import { FineTuning } from '../../../src-renderer/state/fine-tuning.svelte.ts';
import { Notices } from '../../../src-renderer/state/notices.svelte.ts';
import { measurementOf } from '../../support/measurement.ts';

const MODEL = { kind: 'resnet', depth: 18, stem: 'small' } as const;
const SIZES = { training: 1000, test: 200, validation: 0, height: 32, width: 32, channels: 3, classes: 5 };
const FLOWERS = { name: 'flowers', ...SIZES, location: { kind: 'idx', path: '/flowers', classes: 5 }, sha256: null };
const WEIGHTS = {
  ...{ source: { name: 'resnet18' }, title: 'resnet18', problem: null },
  fits: [{ model: MODEL, names: 'torchvision', classes: 10, channels: 3 }],
};
const STUDY = 'how-many-layers, ResNet-18 (small stem) on flowers, 30 epochs';

/** A home with one data set, one file of weights, and studies of these names. */
function home(names: readonly string[], sizes: object = {}) {
  const started: StudySpec[] = [];
  const api = {
    drafts: { read: async () => ({ value: null }), save: async () => ({}) },
    datasets: { list: async () => [{ ...FLOWERS, ...sizes }] },
    weights: { list: async () => [WEIGHTS] },
    studies: {
      overview: async () => names.map((name) => ({ name })),
      start: async ({ spec }: { spec: StudySpec }) => {
        started.push(spec);
        return { studyId: 'study1' };
      },
    },
    runs: { measure: async () => measurementOf(50) },
  };
  const live = { onChange: () => () => undefined, onEvent: () => () => undefined };
  const parts = { api, live, notices: new Notices() } as unknown as AppState;
  return { form: new FineTuning(parts, 'flowers'), started };
}

async function opened(names: readonly string[], sizes?: object) {
  const made = home(names, sizes);
  const close = made.form.open();
  await vi.waitUntil(() => made.form.start !== null && made.form.dataset !== null, { timeout: 30_000 });
  return { ...made, close };
}

it('starts under the free name that is shown', async () => {
  const { form, started, close } = await opened([STUDY]);
  expect(form.spec?.name).toBe(`${STUDY} 2`);
  expect(await form.begin()).toBe('study1');
  expect(started.map(({ name }) => name)).toEqual([`${STUDY} 2`]);
  close();
});

it('says how long all runs take, once some steps were measured', async () => {
  const { form, close } = await opened([]);
  expect([form.runs, form.seconds]).toEqual([45, null]);
  await form.measure();
  expect(form.seconds).toBeGreaterThan(45);
  close();
});

it('says why weights and data do not go together', async () => {
  const { form, close } = await opened([], { training: 2 });
  expect(form.spec).toBeNull();
  expect(form.problem).toMatch(/\.$/);
  close();
});

it('asks for the pixels that a file of weights expects, and asks anew for others', async () => {
  const { form, close } = await opened([]);
  expect([form.pixels, form.spec?.base.normalization]).toEqual(['imagenet', 'imagenet']);
  form.choosePixels('plain');
  expect(form.spec?.base.normalization).toEqual({ mean: [0, 0, 0], std: [1, 1, 1] });
  form.choosePixels('data');
  expect(form.spec?.base.normalization).toBeUndefined();
  form.chooseWeights(form.start?.key ?? '');
  expect(form.pixels).toBe('imagenet');
  close();
});
