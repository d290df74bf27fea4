import type { SplitCounts, SplitRule } from './split.ts';

/** Where the validation images of a run come from, in a few words. */
export const HELD_OUT_WORDS: Readonly<Record<SplitRule, string>> = {
  'in-order': 'the last images of the training file',
  'by-class': 'by class, from the training file',
  given: 'the validation split that the data bring',
};

type Sentence = (counts: Readonly<Record<keyof SplitCounts, string>>) => string;

/** Which images a run takes, in one sentence for a paper. */
export const SPLIT_SENTENCES: Readonly<Record<SplitRule, Sentence>> = {
  'in-order': ({ train, validation, test }) =>
    `The first ${train} images of the training file are trained on, its last ${validation} are held out for validation, and the first ${test} of the test file are tested on.`,
  'by-class': ({ train, validation, test }) =>
    `Of the training file, ${train} images are trained on and ${validation} others are held out for validation, and ${test} images of the test file are tested on; each part holds every class in its share: of each class the first images are trained and tested on, the last ones are held out.`,
  given: ({ train, validation, test }) =>
    `${train} images of the training file are trained on, ${validation} of the validation split that the data bring are validated on, and ${test} of the test file are tested on; where these are not all images of a file, they are its first ones of each class, in its share.`,
};
