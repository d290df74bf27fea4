import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FORMS, graphForm, keptForm } from '../../src-main/tensorflow/graph-choice.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';

const [LAST, FIRST] = FORMS;
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graph-choice-'));
  file = join(folder, 'forms', 'card.json');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Milliseconds of each form; the second saves so many of them. */
const times = (saved: number) => () => [100, 100 - saved, 120, Number.POSITIVE_INFINITY];

describe('the form of a graph on a card', () => {
  it.each([
    ['the usual one where the others are slower', -5, LAST],
    ['the usual one where another saves next to nothing', 1, LAST],
    ['another one where that is faster', 20, FIRST],
    ['the usual one where the others cannot run', Number.NEGATIVE_INFINITY, LAST],
  ])('is %s', (_, saved, form) => {
    expect(keptForm(file, times(saved))).toBe(form);
  });

  it('is measured once, and kept', () => {
    const measure = vi.fn(times(20));
    const form = keptForm(file, measure);
    expect(keptForm(file, measure)).toBe(form);
    expect(measure).toHaveBeenCalledExactlyOnceWith(FORMS);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ form: FIRST.name });
  });

  it.each(['{"form":', '{"form":"channels in the middle"}', '[]'])('is measured again where %s is kept', (text) => {
    keptForm(file, times(0));
    writeFileSync(file, text);
    expect(keptForm(file, times(20))).toBe(FIRST);
  });

  it('is the one that another process has kept meanwhile', () => {
    const form = keptForm(file, () => {
      keptForm(file, times(20));
      return times(0)();
    });
    expect(form).toBe(FIRST);
  });
});

describe('where TensorFlow runs', () => {
  const { binding, device } = loadTensorFlow('cpu');
  // Of the networks, a processor can compute this one with its channels first too.
  const trial = { model: { kind: 'densenet-bc', depth: 10, growth: 4 }, side: 12, batchSize: 2, steps: 3 } as const;
  const pretended = { ...device, backend: 'tensorflow-gpu', device: 'A card/1' } as const;

  beforeEach(() => vi.stubEnv('FREEZEOUT_LAB_CACHE', folder));

  it('a processor has one form, which is neither measured nor kept', () => {
    expect(graphForm(binding, device, { earlier: FIRST.name })).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('the forms of a card are measured by steps, and the fastest is kept for card, version and precision', () => {
    const form = graphForm(binding, pretended, { trial });
    const [name, ...others] = readdirSync(join(folder, 'graph-forms'));
    expect([name, others]).toEqual([`A-card-1-${device.tensorflowVersion}-float32.json`, []]);
    expect(FORMS).toContain(form);
    expect(JSON.parse(readFileSync(join(folder, 'graph-forms', name), 'utf8'))).toEqual({ form: form?.name });
    const other = FORMS.find((one) => one !== form) ?? LAST;
    writeFileSync(join(folder, 'graph-forms', name), JSON.stringify({ form: other.name }));
    expect(graphForm(binding, pretended, { trial })).toBe(other);
  });

  it('a form that TensorFlow cannot run is not taken', () => {
    // With a stride, a processor has no gradient of a convolution with channels first.
    const withStride = { ...trial, model: { kind: 'wide-resnet', depth: 10, width: 1, skip: true } } as const;
    expect(graphForm(binding, pretended, { trial: withStride })?.graph.putsChannelsFirst).toBe(false);
  });

  it('a run that goes on keeps the form that it has, and nothing is measured', () => {
    for (const form of FORMS) expect(graphForm(binding, pretended, { earlier: form.name })).toBe(form);
    expect(readdirSync(folder)).toEqual([]);
  });
});
