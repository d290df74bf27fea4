import { InvalidArgumentError } from 'commander';
import { formatSeeds, parseSeeds } from '#core/seeds.ts';

/** Each parser reads one option's text. It throws words that can follow "is invalid.". */
export function numberFrom(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new InvalidArgumentError('It is not a number.');
  const value = Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('It is too large.');
  return value;
}

/** "3": a place in a list, from 1. */
export function placeFrom(text: string): number {
  const place = numberFrom(text);
  if (Number.isInteger(place) && place >= 1 && place <= 1_000_000) return place;
  throw new InvalidArgumentError('Give a place from 1 on, such as 3.');
}

/** "a, b or c", for the help of an option that takes one of them. */
export function anyOf(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** "0.5": percentage points of test error. */
export function pointsOfErrorFrom(text: string): number {
  const value = numberFrom(text);
  if (value > 0 && value <= 100) return value;
  throw new InvalidArgumentError('Give points of test error above 0 and at most 100, such as 0.5.');
}

const SECONDS_IN: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** "90m", "2h", "1h30m", "1d" */
export function secondsFrom(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(min|[smhd])\s*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new InvalidArgumentError('Give a time with its unit, such as 90m, 2h or 1d.');
  }
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * SECONDS_IN[unit], 0);
}

/** "4,5" or "0.3,0.5" */
export function numbersFrom(text: string): readonly number[] {
  return text.split(',').map(numberFrom);
}

/** "4-8,12" */
export function seedsFrom(text: string): readonly number[] {
  const { seeds, error } = parseSeeds(text);
  if (seeds === null) throw new InvalidArgumentError(error);
  return seeds;
}

/** What `seedsFrom` reads as these seeds, without a space that a shell would divide. */
export function seedsOption(seeds: readonly number[]): string {
  return formatSeeds(seeds).replaceAll(' ', '');
}

export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** "32x32x3" */
export function imageSizeFrom(text: string): ImageSize {
  const sides = /^(\d+)x(\d+)x(\d+)$/.exec(text)?.slice(1).map(Number);
  if (sides === undefined || sides.some((side) => side < 1)) {
    throw new InvalidArgumentError('Give height, width and channels, such as 32x32x3.');
  }
  const [height, width, channels] = sides;
  return { height, width, channels };
}

/** "0:0.3,0.5:0.6,1:1": the points [x, r] of a curve. */
export function pointsFrom(text: string): readonly (readonly number[])[] {
  return text.split(',').map((point) => point.split(':').map(numberFrom));
}

/** `{"kind":"none"}`: parsed, not yet validated. */
export function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('Give JSON, such as \'{"kind":"none"}\'.');
  }
}
