import { countClasses } from './balanced-order.ts';

/** A part of a file: its first or its last images. */
export interface FilePart {
  readonly start: number;
  readonly end: number;
}

/** The parts that a run takes from a file in its order, and the labels of all its images. */
export interface PartedFile {
  readonly labels: Int32Array;
  readonly classes: number;
  readonly parts: readonly FilePart[];
}

/** A random order gives a class so few or so many images in some part of a file in less than one of a million files. */
const RARE = 1e-6;
/** The same for a file that is known not to be in random order: one of a hundred. */
const RARE_IN_GROUPS = 0.01;
/** Standard deviations by which equal neighbours exceed their mean in random order: one of three million files. */
const ALIKE = 5;

/**
 * Whether the parts hold every class as parts of a file in random order would:
 * 1. No part has a number of images of a class that is too rare in random order, by the exact hypergeometric distribution, both
 *    tails, at a level that is divided by the number of classes and parts (Bonferroni).
 * 2. A part of at least half of the file lacks no class.
 * 3. Where the file is sorted or in groups, which the number of equal neighbours tells, the level of 1. is stricter, and no part
 *    lacks a class whose share of it is an image or more.
 */
export function holdsClassesAtRandom(file: PartedFile): boolean {
  const { labels, classes, parts } = file;
  const counts = countClasses(labels, classes);
  const isGrouped = excessOfEqualNeighbours(labels, counts) > ALIKE;
  const tests = counts.filter((count) => count > 0).length * parts.length;
  const level = (isGrouped ? RARE_IN_GROUPS : RARE) / tests;
  return parts.every(({ start, end }) => {
    const held = countClasses(labels.subarray(start, end), classes);
    const share = (end - start) / labels.length;
    return counts.every((count, label) => {
      if (count === 0 || end === start) return true;
      if (held[label] === 0 && (2 * share >= 1 || (isGrouped && count * share >= 1))) return false;
      return tailProbability({ images: labels.length, ofClass: count, drawn: end - start, seen: held[label] }) >= level;
    });
  });
}

/**
 * By how many standard deviations the pairs of neighbours with equal labels are more than their mean in random order. Of N images,
 * n_c of each class, the mean is sum n_c (n_c - 1) / N; the number of runs, N minus these pairs, has the variance
 * [S2 (S2 + N (N + 1)) - 2 N S3 - N^3] / [N^2 (N - 1)] with S2 = sum n_c^2 and S3 = sum n_c^3 (Mood 1940).
 */
export function excessOfEqualNeighbours(labels: Int32Array, counts: readonly number[]): number {
  const images = labels.length;
  if (images < 2) return 0;
  const powerSum = (power: number) => counts.reduce((sum, count) => sum + count ** power, 0);
  const [squares, cubes] = [powerSum(2), powerSum(3)];
  const variance =
    (squares * (squares + images * (images + 1)) - 2 * images * cubes - images ** 3) / (images ** 2 * (images - 1));
  if (variance <= 0) return 0;
  let pairs = 0;
  for (let index = 1; index < images; index++) if (labels[index] === labels[index - 1]) pairs++;
  return (pairs - (squares - images) / images) / Math.sqrt(variance);
}

/** A class in a part: `drawn` of all `images`, of which `ofClass` are of the class, and `seen` of those in the part. */
export interface ClassInPart {
  readonly images: number;
  readonly ofClass: number;
  readonly drawn: number;
  readonly seen: number;
}

/** Twice the probability of the smaller tail of the hypergeometric distribution, at most 1. */
export function tailProbability(part: ClassInPart): number {
  return Math.min(1, 2 * Math.min(tailSum(part, -1), tailSum(part, 1)));
}

/** P(X <= seen) where `direction` is -1, P(X >= seen) where it is 1; terms follow from each other by their ratio. */
function tailSum({ images, ofClass, drawn, seen }: ClassInPart, direction: 1 | -1): number {
  const others = images - ofClass;
  let term = Math.exp(logChoices(ofClass, seen) + logChoices(others, drawn - seen) - logChoices(images, drawn));
  let sum = 0;
  for (let x = seen; term > sum * Number.EPSILON; x += direction) {
    sum += term;
    const up = ((ofClass - x) * (drawn - x)) / ((x + 1) * (others - drawn + x + 1));
    const down = (x * (others - drawn + x)) / ((ofClass - x + 1) * (drawn - x + 1));
    term *= direction === 1 ? up : down;
  }
  return sum;
}

/** The logarithm of n over k. */
function logChoices(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

const SMALL = 32;

/** ln n!, by Stirling's series from 32 on, where its fourth term is below 1e-13. */
function logFactorial(n: number): number {
  if (n < SMALL) {
    let product = 1;
    for (let factor = 2; factor <= n; factor++) product *= factor;
    return Math.log(product);
  }
  const correction = 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5);
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + correction;
}
