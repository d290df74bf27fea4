import { describe, expect, it } from 'vitest';
import type { ArmClassCosts, ClassCost, ClassCosts } from '#core/analysis/class-costs.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import { classCostsText, predictionsText } from '../../src-main/cli/class-text.ts';

const PREDICTIONS: Predictions = {
  split: 'test',
  classNames: ['cat', 'dog', 'bird'],
  images: [10, 20, 0],
  predicted: [{ 0: 7, 1: 3 }, { 1: 19, 0: 1 }, {}],
  topFiveErrors: 0,
};

describe('predictionsText', () => {
  it('has balanced accuracy, the worst classes and the most frequent confusions', () => {
    // (0.7 + 0.95) / 2
    expect(predictionsText(PREDICTIONS)).toBe(`Classes of the 30 test images: balanced accuracy 82.50 %.
Worst of 3 classes:
class    error  wrong  images
cat    30.00 %      3      10
dog     5.00 %      1      20
Most frequent confusions:
class  taken for  images  of the class
cat    dog             3        30.0 %
dog    cat             1         5.0 %`);
  });

  it('is bounded', () => {
    const classes = Array.from({ length: 200 }, (_, index) => index);
    const many: Predictions = {
      split: 'validation',
      classNames: classes.map((index) => `class ${index}`),
      images: classes.map(() => 4),
      predicted: classes.map((index) => ({ [index]: 2, [(index + 1) % 200]: 2 })),
      topFiveErrors: 8,
    };
    const lines = predictionsText(many).split('\n');
    expect(lines[0]).toBe('Classes of the 800 validation images: balanced accuracy 50.00 %, top-5 error 1.00 %.');
    expect(lines).toHaveLength(15);
    expect(lines).toContain('Worst of 200 classes (5 of 200):');
  });

  it('says that there is no error', () => {
    expect(predictionsText({ ...PREDICTIONS, predicted: [{ 0: 10 }, { 1: 20 }, {}] })).toContain(
      'No image of its 3 classes was taken',
    );
  });
});

function cost(name: string, mean: number, outcome: ClassCost['outcome']): ClassCost {
  const difference = {
    mean,
    ci: [mean - 1, mean + 1] as [number, number],
    pairs: 3,
    p: 0.001,
    holm: 0.004,
    seedsNeeded: null,
  };
  return { index: 0, name, images: 10, error: 0.2, baselineError: 0.1, difference, outcome };
}

function costsWith(change: Partial<ArmClassCosts>, left: Partial<ClassCosts> = {}): ClassCosts {
  const arm: ArmClassCosts = {
    ...{ name: 'cubic 0.5', role: 'policy', of: null, pairs: 3, classes: [] },
    ...{ balancedAccuracy: 0.8, baselineBalancedAccuracy: 0.9, topFiveError: null, baselineTopFiveError: null },
    ...change,
  };
  return {
    studyId: 's',
    classNames: [],
    arms: [arm],
    counted: [],
    notCounted: [],
    onOtherImages: [],
    onOtherData: [],
    ...left,
  };
}

describe('classCostsText', () => {
  it('tells what is shown to cost, what to spare, and what is not shown', () => {
    const classes = [cost('cat, black', 3.2, 'more'), cost('dog', -2, 'fewer'), cost('bird', 0.5, 'not-shown')];
    const text = classCostsText(costsWith({ classes }, { notCounted: ['a', 'b'] }));
    expect(text).toContain(
      'More errors are shown for 1 class: “cat, black” +3.20 points (+2.20 to +4.20, Holm p 0.004).',
    );
    expect(text).toContain('Fewer errors are shown for 1 class: “dog” −2.00 points');
    expect(text).toContain('For the other 1 class no difference is shown with 3 seeds.');
    expect(text).toContain('Left out: 2 runs that have no predictions by class, as those of older versions.');
  });

  it('says which arms are controls', () => {
    expect(classCostsText(costsWith({ role: 'equal-time', of: 'cubic 0.5', pairs: 1 }))).toContain(
      '  Control of cubic 0.5. For none of its classes is a difference shown: one seed cannot show anything',
    );
  });

  it('claims nothing of one seed, of no pair and of what is not shown', () => {
    const classes = [cost('cat', 3, 'not-shown')];
    expect(classCostsText(costsWith({ pairs: 1, classes }))).toContain(
      'one seed cannot show anything; add at least two',
    );
    expect(classCostsText(costsWith({ pairs: 0 }))).toContain('No pair of runs');
    expect(classCostsText(costsWith({ classes }))).toContain('which does not say that there is none');
  });

  it('names at most five classes', () => {
    const classes = Array.from({ length: 9 }, (_, index) => cost(`class ${index}`, index + 1, 'more'));
    expect(classCostsText(costsWith({ classes }))).toMatch(/for 9 classes: “class 8” .*; 4 more\./);
  });
});
