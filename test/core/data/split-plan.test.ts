import { describe, expect, it } from 'vitest';
import { gapSentences } from '#core/data/class-gaps.ts';
import type { RequestedSplit } from '#core/data/split.ts';
import { type LabelledData, planSplit } from '#core/data/split-plan.ts';

interface Files {
  readonly training: readonly number[];
  readonly test?: readonly number[];
  readonly validation?: readonly number[];
  readonly classNames?: readonly string[];
}

function dataOf({ training, test = [0, 1, 2], validation, classNames = ['cat', 'dog', 'owl'] }: Files): LabelledData {
  const counts = { training: training.length, test: test.length, validation: validation?.length ?? 0 };
  return {
    info: { ...counts, height: 1, width: 1, channels: 1, classes: classNames.length },
    labels: {
      training: Int32Array.from(training),
      test: Int32Array.from(test),
      validation: validation === undefined ? null : Int32Array.from(validation),
    },
    classNames,
  };
}

const repeat = (counts: readonly number[]): number[] =>
  counts.flatMap((count, label) => new Array<number>(count).fill(label));
const inTurn = (count: number, classes = 3): number[] => Array.from({ length: count }, (_, index) => index % classes);

function sentencesOf(files: Files, asked: RequestedSplit = {}): readonly string[] {
  const { gaps, split } = planSplit(dataOf(files), asked);
  return gapSentences(gaps, split);
}

describe('the rule', () => {
  it.each([
    ['in-order', { training: inTurn(300) }],
    ['by-class', { training: repeat([100, 100, 100]) }],
    ['by-class', { training: inTurn(300), test: repeat([100, 100, 100]) }, { test: 50 }],
    ['in-order', { training: inTurn(300), test: repeat([100, 100, 100]) }],
    ['given', { training: inTurn(300), validation: [0, 1, 2] }],
    ['in-order', { training: inTurn(300), validation: [0, 1, 2] }, { split: 'in-order' }],
    ['by-class', { training: inTurn(300), validation: [0, 1, 2] }, { split: 'by-class' }],
  ] as const)('is %s for these data', (expected, files, asked: RequestedSplit = {}) => {
    expect(planSplit(dataOf(files), asked).split).toBe(expected);
  });

  it('holds out a tenth of a sorted file by class', () => {
    const plan = planSplit(dataOf({ training: repeat([100, 100, 100]) }), {});
    expect(plan).toEqual({ split: 'by-class', train: 270, validation: 30, test: 3, gaps: [] });
  });
});

describe('classes that a part lacks', () => {
  it('are named, with what follows and what to do', () => {
    expect(sentencesOf({ training: repeat([10, 10, 10]) }, { split: 'in-order', validation: 10 })).toEqual([
      'The training images lack the class "owl", so it cannot be learnt: set "split" to "by-class", or raise "train".',
      'The validation images lack 2 classes, "cat" and "dog", so the validation error does not tell how they are classified: set "split" to "by-class", or raise "validation".',
    ]);
  });

  it('are told of by class too, where a part is too small or its file has none of them', () => {
    expect(sentencesOf({ training: [...inTurn(60, 2), 2], test: [0, 1] }, { validation: 4 })).toEqual([
      'The validation images lack the class "owl", so the validation error does not tell how it is classified: raise "validation", or add images of it.',
      'The test images lack the class "owl", so the test error does not tell how it is classified: add images of it to the test file.',
    ]);
    expect(sentencesOf({ training: inTurn(60, 2) })[0]).toBe(
      'The training images lack the class "owl", so it cannot be learnt: add images of it to the training file.',
    );
  });

  it('are told of the validation split that the data bring', () => {
    expect(sentencesOf({ training: inTurn(60), validation: [0, 0, 1] })).toEqual([
      'The validation images lack the class "owl", so the validation error does not tell how it is classified: add images of it to the validation split.',
    ]);
    expect(sentencesOf({ training: inTurn(60), validation: [0, 0, 1] }, { validation: 0 })).toEqual([]);
  });

  it('are no fault of the parts where no image has them', () => {
    expect(sentencesOf({ training: inTurn(60, 2), test: [0, 1] })).toEqual([
      'No image of the data is of the class "owl": its output is never right; check the labels and the number of classes.',
    ]);
  });

  it('are counted where they are many', () => {
    const classNames = Array.from({ length: 20 }, (_, label) => `c${label}`);
    const [sentence] = sentencesOf({ training: inTurn(400, 20), test: [0], classNames });
    expect(sentence).toContain('lack 19 classes, "c1", "c2", "c3", "c4", "c5" and 14 more, so');
  });
});

describe('training images of one class', () => {
  it.each([
    [
      { training: repeat([50]) },
      {},
      'of one class, "cat", so there is nothing to tell apart: add images of other classes',
    ],
    [{ training: repeat([50, 50]) }, { train: 20, split: 'in-order' }, 'set "split" to "by-class".'],
    [{ training: repeat([50, 50]) }, { train: 1, split: 'by-class' }, 'raise "train".'],
  ] as const)('are refused: %j %j', (files, asked, problem) => {
    expect(() => planSplit(dataOf(files), asked)).toThrow(problem);
  });
});
