import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classErrors, confusions, splitErrors, worstClasses } from '#core/classes/class-errors.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import { predictionsProblem } from '#core/classes/predictions.ts';
import { evaluateOn, predictionsOf } from '#core/training/evaluation.ts';
import { scoreLogits } from '#core/training/score.ts';

interface Scored {
  readonly labels: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly confusion: readonly (readonly number[])[];
  readonly balancedAccuracy: number;
  readonly topFiveErrors: number;
  readonly recalls: readonly (number | null)[];
}

/** Written by scikit-learn: test/fixtures/classes/write_fixtures.py. */
const FIXTURES: { readonly scored: readonly Scored[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/classes/classes.json', import.meta.url), 'utf8'),
);

/** Evaluates the logits in batches of 7, as a run does. */
async function evaluated({ labels, logits }: Scored): Promise<Predictions> {
  async function* batches() {
    for (let start = 0; start < labels.length; start += 7) {
      const part = labels.slice(start, start + 7);
      const images = Float32Array.from(logits.slice(start, start + 7).flat());
      yield { images, labels: Int32Array.from(part), count: part.length, step: 0 };
    }
  }
  const session = {
    evaluate: ({ images, labels: part }: { images: Float32Array; labels: Int32Array }) => scoreLogits(images, part),
  };
  const evaluator = { session, pendingRequest: async () => null } as unknown as Parameters<typeof evaluateOn>[0];
  const names = logits[0].map((_, index) => `class ${index}`);
  return predictionsOf('test', names, await evaluateOn(evaluator, batches()));
}

describe.each(FIXTURES.scored.map((scored, place) => ({ place, scored })))(
  'predictions of fixture $place',
  ({ scored }) => {
    it('have the confusion matrix, recalls, balanced accuracy and top-5 error of scikit-learn, ties included', async () => {
      const predictions = await evaluated(scored);
      const classes = scored.confusion.length;
      const matrix = predictions.predicted.map((row) => Array.from({ length: classes }, (_, index) => row[index] ?? 0));
      expect(matrix).toEqual(scored.confusion);
      expect(predictionsProblem(predictions)).toBeNull();
      const { balancedAccuracy, topFiveError, images, errors } = splitErrors(predictions);
      expect(balancedAccuracy).toBeCloseTo(scored.balancedAccuracy, 14);
      expect(topFiveError).toBe(classes > 10 ? scored.topFiveErrors / scored.labels.length : null);
      expect(predictions.topFiveErrors).toBe(scored.topFiveErrors);
      expect(images).toBe(scored.labels.length);
      const right = scored.confusion.reduce((sum, row, label) => sum + row[label], 0);
      expect(errors).toBe(images - right);
      const recalls = classErrors(predictions).map(({ error }) => error);
      for (const [label, recall] of scored.recalls.entries()) {
        if (recall === null) expect(recalls[label]).toBeNull();
        else expect(recalls[label]).toBeCloseTo(1 - recall, 14);
      }
    });
  },
);

const SMALL: Predictions = {
  split: 'test',
  classNames: ['cat', 'dog', 'bird', 'fish'],
  images: [10, 10, 0, 4],
  predicted: [{ 0: 7, 1: 2, 3: 1 }, { 1: 6, 0: 3 }, {}, { 3: 4 }],
  topFiveErrors: null,
};

describe('class errors', () => {
  it('count an image without a predicted class as an error, and know nothing of a class without images', () => {
    expect(classErrors(SMALL).map(({ name, errors, error }) => [name, errors, error])).toEqual([
      ['cat', 3, 0.3],
      ['dog', 4, 0.4],
      ['bird', 0, null],
      ['fish', 0, 0],
    ]);
    // (0.7 + 0.6 + 1) / 3, without the birds
    expect(splitErrors(SMALL)).toEqual({
      split: 'test',
      classes: 4,
      images: 24,
      errors: 7,
      balancedAccuracy: expect.closeTo(2.3 / 3, 14),
      topFiveError: null,
    });
    expect(splitErrors({ ...SMALL, images: [0, 0, 0, 0], predicted: [{}, {}, {}, {}] }).balancedAccuracy).toBeNull();
  });

  it('list the worst classes and the most frequent confusions first', () => {
    expect(worstClasses(SMALL).map(({ name }) => name)).toEqual(['dog', 'cat', 'fish']);
    expect(confusions(SMALL)).toEqual([
      { label: 1, predicted: 0, count: 3, share: 0.3 },
      { label: 0, predicted: 1, count: 2, share: 0.2 },
      { label: 0, predicted: 3, count: 1, share: 0.1 },
    ]);
  });
});

describe('predictionsProblem', () => {
  it.each([
    [{ ...SMALL, images: [10, 10, 0] }, 'each needs one for every class'],
    [{ ...SMALL, predicted: [{ 4: 1 }, {}, {}, {}] }, '"predicted" names class 4, but there are 4 classes'],
    [{ ...SMALL, predicted: [{}, {}, { 0: 1 }, {}] }, 'row 2 of "predicted" has 1 images'],
    [{ ...SMALL, topFiveErrors: 25 }, '"topFiveErrors" is 25, but there are only 24 images'],
  ])('names what does not fit together', (predictions, words) => {
    expect(predictionsProblem(predictions)).toContain(words);
  });
});
