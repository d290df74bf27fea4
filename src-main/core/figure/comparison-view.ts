import { z } from 'zod';
import { shownRange } from './request-parts.ts';

/** Which of the three savings is the x axis: measured training time, measured step times, or predicted multiply-adds. */
const SAVED_MEASURES = ['wall', 'profile', 'compute'] as const;
/** How the accuracy lost is counted: points of test error, or relative to the baseline's error. */
const ERROR_MEASURES = ['points', 'relative'] as const;
/**
 * What colours or panels distinguish: the arm, the variant (linear or cubic, plain or scaled), t0, the network (DenseNet, ResNet,
 * VGG), skip connections or none, the data set, the study.
 */
export const COMPARISON_KEYS = ['arm', 'variant', 't0', 'network', 'skip', 'dataset', 'study'] as const;

/** More panels than these would be too small, or too far down: colours tell so many studies apart. */
const MOST_PANELS = 6;

const viewSchema = z.strictObject({
  /** Public ids. */
  studies: z.array(z.string().min(1).max(64)).min(1).max(100),
  saved: z.enum(SAVED_MEASURES).default('wall'),
  error: z.enum(ERROR_MEASURES).default('points'),
  colourBy: z.enum(COMPARISON_KEYS).default('arm'),
  facetBy: z.enum(COMPARISON_KEYS).nullable().default(null),
  seeds: z.boolean().default(true),
  intervals: z.boolean().default(true),
  equalTime: z.boolean().default(true),
  front: z.boolean().default(true),
  /** Arms with one of these values are left out, such as { t0: ['t0 = 0.5'] }. */
  hidden: z.partialRecord(z.enum(COMPARISON_KEYS), z.array(z.string().max(300)).max(1000)).default({}),
});

type ViewInput = z.input<typeof viewSchema>;

/**
 * Several studies are told apart where nobody says how: by a panel for each, in which colours tell arms apart; where there are more
 * than six, by a colour for each. Else the same arm of different studies would look like one.
 */
function withStudiesApart(view: ViewInput): ViewInput {
  // What comes from outside may be anything until the schema has seen it.
  const count = Array.isArray(view?.studies) ? view.studies.length : 0;
  if (count < 2) return view;
  const { colourBy = count > MOST_PANELS ? 'study' : 'arm' } = view;
  return { facetBy: colourBy === 'study' ? null : 'study', ...view, colourBy };
}

/** What a plot of time saved against accuracy lost shows, over one study or several. */
export const comparisonViewSchema = z.preprocess<
  z.input<typeof viewSchema>,
  typeof viewSchema,
  z.input<typeof viewSchema>
>(withStudiesApart, viewSchema);

export const comparisonRequestSchema = z.strictObject({
  kind: z.literal('comparison'),
  view: comparisonViewSchema,
  rangeX: shownRange,
  rangeY: shownRange,
});

export type ComparisonRequest = z.infer<typeof comparisonRequestSchema>;
export type ComparisonView = z.infer<typeof comparisonViewSchema>;
export type SavedMeasure = ComparisonView['saved'];
export type ErrorMeasure = ComparisonView['error'];
export type ComparisonKey = ComparisonView['colourBy'];
