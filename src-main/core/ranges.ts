import { z } from 'zod';
import { measuredNumber } from './numbers.ts';

// The numbers that come from outside: what is imported, specs, settings, requests, records of checkpoints, reports of trainers. Each
// sort has one range, which all that is done with it can bear: dates, charts, sums and lists of so many.

/** Milliseconds since 1970 at the end of the year 9999; a date of JavaScript holds no more than 34 times that. */
const LAST_MOMENT = 253_402_300_799_999;

/** A moment, in milliseconds since 1970. */
export const momentNumber = z
  .number()
  .min(0)
  .max(LAST_MOMENT, 'must be milliseconds since 1970, at most those of the year 9999');

/** Whether a moment can be written as a date: older versions stored any number. */
export function isMoment(value: number): boolean {
  return value >= 0 && value <= LAST_MOMENT;
}

/** What is shown in place of a date. */
export function noDateText(value: number): string {
  return `no date (${value})`;
}

/** The number of an event in its run. */
export const eventNumber = z
  .int()
  .positive()
  .max(2 ** 31 - 1);

/** Steps of a run: a hundred thousand epochs of ten million steps. */
const MOST_STEPS = 1e12;
export const stepNumber = z.int().min(0).max(MOST_STEPS);
export const stepCount = z.int().positive().max(MOST_STEPS);

export const epochNumber = z.int().positive().max(1_000_000);

/** A network has fewer layers, and lists and charts have a place for each. */
export const MOST_LAYERS = 10_000;
export const layerIndex = z
  .int()
  .min(0)
  .max(MOST_LAYERS - 1);
export const layerCount = z.int().min(0).max(MOST_LAYERS);

/** Images of a data set. */
const MOST_IMAGES = 1e9;
export const imageCount = z.int().positive().max(MOST_IMAGES);
export const imagesOrNone = z.int().min(0).max(MOST_IMAGES);

/** Things that happen while a run trains, such as images that are read. */
export const eventCount = z.int().min(0).max(1e15);

/** Seeds are drawn from as whole numbers that doubles hold exactly. */
export const seedNumber = z.int().min(0);

/** Bytes: a petabyte. */
export const byteCount = z.int().min(0).max(1e15);

/** 300 years. */
const MOST_SECONDS = 1e10;
export const secondsNumber = z.number().min(0).max(MOST_SECONDS);
/** What is gained may be a loss. */
export const gainedSeconds = z.number().min(-MOST_SECONDS).max(MOST_SECONDS);
/** Milliseconds of a step, as the difference of two clock readings. */
export const stepMilliseconds = z
  .number()
  .min(-1)
  .max(1000 * MOST_SECONDS);

/** A share of something that is saved; negative where more is spent. */
export const savedShare = z.number().min(-1e6).max(1e6);

/** Multiply-adds of one image. */
export const multiplyAdds = z.number().min(0).max(1e18);

/** Rates of specs, and what they are multiplied by: single precision, in which networks train, ends at 3.4e38. */
export const MOST_RATE = 1e30;
/** The rate of a layer, which schedules and factors have multiplied. */
export const rateNumber = z.number().min(0).max(1e100);

/** A loss is computed in single precision; that of a run that diverges is NaN or infinite. */
const MOST_LOSS = 1e39;
export const lossValue = measuredNumber.refine((loss) => !Number.isFinite(loss) || Math.abs(loss) <= MOST_LOSS, {
  message: `must be from -${MOST_LOSS} to ${MOST_LOSS}, NaN or infinite`,
});

/** The sum of the losses of an epoch's images, in doubles. */
export const lossSum = z.number().min(-1e54).max(1e54);

/** The share of images that are classified wrongly; NaN where there are none. */
export const errorShare = measuredNumber.refine((error) => Number.isNaN(error) || (error >= 0 && error <= 1), {
  message: 'must be from 0 to 1, or NaN',
});

/** The value of a series that is measured in doubles. */
const MOST_METRIC = 1e100;
export const metricValue = measuredNumber.refine((value) => !Number.isFinite(value) || Math.abs(value) <= MOST_METRIC, {
  message: `must be from -${MOST_METRIC} to ${MOST_METRIC}, NaN or infinite`,
});

/** Characters of a name from outside. Our own are shorter; tables, legends and file names are made of them. */
const LONGEST_NAME = 1000;
/** Of what is said in sentences; a list of damaged files may stand in them. */
const LONGEST_WORDS = 100_000;

/** A name or an identifier that another program gave: of a run, a study, an arm, a layer, a machine. */
export const nameText = z.string().max(LONGEST_NAME);

/** A reason, as it is told to people. */
export const saidText = z.string().max(LONGEST_WORDS);
