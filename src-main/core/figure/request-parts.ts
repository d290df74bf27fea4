import { z } from 'zod';

/** What the x axis of a figure along training can count. */
export const RUN_PLACES = ['epoch', 'step', 'seconds'] as const;
export type RunPlace = (typeof RUN_PLACES)[number];

/** Public id of a run or a study. */
export const subjectId = z.string().min(1).max(64);

/** Whatever is drawn lies between; the length of an axis is finite. */
const shownEnd = z.number().min(-1e101).max(1e101);

/** The part of an axis that is shown; null for all. */
export const shownRange = z.tuple([shownEnd, shownEnd]).nullable().default(null);

/** What a request can ask of the axes of every figure along training. */
export const curveAxes = {
  x: z.enum(RUN_PLACES).default('epoch'),
  logX: z.boolean().default(false),
  logY: z.boolean().default(false),
  rangeX: shownRange,
  rangeY: shownRange,
};
