import { z } from 'zod';
import { CLASS_OUTCOMES, differenceText, leftOutText } from '#core/analysis/class-cost-words.ts';
import type { ArmClassCosts, ClassCost, ClassCosts, ClassOutcome } from '#core/analysis/class-costs.ts';
import { LEVEL } from '#core/analysis/paired-runs.ts';
import { countedNoun, percent } from '#core/analysis/quantity.ts';
import { countedClasses } from '#core/classes/class-words.ts';
import type { StudyRecord } from '#core/records.ts';
import { valueAxis } from './axes.ts';
import type { BuiltFigure, FigureLook, FigurePanel, FigureTable } from './built-figure.ts';
import { countRange, runIds, studyNames } from './caption.ts';
import { errorBars } from './error-bars.ts';
import type { FigureKind, ReportSubjects } from './figure-kind.ts';
import { SHOWN_NOWHERE } from './figure-kind.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import { frameAround, type Range } from './figure-range.ts';
import { shortened } from './labels.ts';
import { type Palette, paletteOf } from './palette.ts';
import { subjectId } from './request-parts.ts';
import { rowAxis } from './row-axis.ts';
import type { Marker } from './series-style.ts';

const schema = z.strictObject({ kind: z.literal('class-costs'), study: subjectId });
type Request = z.infer<typeof schema>;

const TITLE = 'Which classes pay for freezing';
/** A panel has so many classes, the table all of them. */
const MOST_ROWS = 20;
/** A closer view than this many points would only magnify noise. */
const LEAST_SPAN = 1;

/** The classes of an arm that its panel shows: those with a claim, then those farthest from 0; the largest cost on top. */
function shownClasses({ classes }: ArmClassCosts): ClassCost[] {
  const size = ({ difference }: ClassCost) => Math.abs(difference?.mean ?? 0);
  const isClaimed = ({ outcome }: ClassCost) => Number(outcome !== 'not-shown');
  return classes
    .filter(({ difference }) => difference !== null)
    .sort((one, other) => isClaimed(other) - isClaimed(one) || size(other) - size(one))
    .slice(0, MOST_ROWS)
    .sort((one, other) => (other.difference?.mean ?? 0) - (one.difference?.mean ?? 0));
}

/** A panel for each policy: the difference of each class from the baseline, with its interval. */
function classCostsFigure(study: StudyRecord, costs: ClassCosts, look: FigureLook): BuiltFigure {
  const arms = costs.arms.filter(({ role, pairs }) => role === 'policy' && pairs > 0);
  const range = frameOf(arms);
  const lines = arms.map((arm) => shownClasses(arm).length);
  return {
    panels: arms.length === 0 ? [emptyPanel(look)] : arms.map((arm) => panelOf(arm, range, look)),
    columns: Math.min(2, Math.max(1, arms.length)),
    panelLines: Math.max(0, ...lines),
    caption: captionOf(study, costs, arms),
    table: tableOf(costs),
  };
}

function frameOf(arms: readonly ArmClassCosts[]): Range {
  const shown = arms.flatMap(shownClasses).flatMap(({ difference }) => difference ?? []);
  const means = [0, ...shown.map(({ mean }) => mean)];
  return frameAround(
    means,
    shown.flatMap(({ ci }) => ci ?? []),
    LEAST_SPAN,
  );
}

function panelOf(arm: ArmClassCosts, range: Range, look: FigureLook): FigurePanel {
  const palette = paletteOf(look);
  const classes = shownClasses(arm);
  const names = classes.map(({ name }) => name);
  const scales = {
    x: valueAxis({ title: 'error delta (points)', look, palette, range, isSigned: true }),
    y: rowAxis({ title: 'class', names, look, palette }),
  };
  const options = figureOptions({ look, palette, scales, titles: [shortened(arm.name)] });
  return { title: arm.name, configuration: configurationOf('scatter', costDatasets(classes, palette), options) };
}

function emptyPanel(look: FigureLook): FigurePanel {
  const palette = paletteOf(look);
  const scales = {
    x: valueAxis({ title: 'error delta (points)', look, palette, range: { min: -1, max: 1 }, isSigned: true }),
    y: rowAxis({ title: 'class', names: [], look, palette }),
  };
  const titles = ['No pair of runs has predictions that were counted on the same test images.'];
  return {
    title: null,
    configuration: configurationOf('scatter', [], figureOptions({ look, palette, scales, titles })),
  };
}

const OUTCOMES: readonly ClassOutcome[] = ['more', 'fewer', 'not-shown'];
const MARKERS: Readonly<Record<ClassOutcome, Marker>> = {
  more: { pointStyle: 'triangle', rotation: 90, pointRadius: 6 },
  fewer: { pointStyle: 'triangle', rotation: -90, pointRadius: 6 },
  'not-shown': { pointStyle: 'circle', rotation: 0, pointRadius: 4 },
};

/** The warm tone costs, the cool tone spares; what is not shown is hollow. */
function coloursOf(outcome: ClassOutcome, { active, frozen, neutral, ground }: Palette) {
  if (outcome === 'not-shown') return { backgroundColor: ground, borderColor: neutral };
  const colour = outcome === 'more' ? active : frozen;
  return { backgroundColor: colour, borderColor: colour };
}

function costDatasets(classes: readonly ClassCost[], palette: Palette): FigureDataset[] {
  const rows = classes.map((one, y) => ({ one, y }));
  const ofOutcome = (outcome: ClassOutcome) => rows.filter(({ one }) => one.outcome === outcome);
  return [
    ...OUTCOMES.map((outcome) => meansOf(ofOutcome(outcome), outcome, palette)),
    ...OUTCOMES.map((outcome) => intervalsOf(ofOutcome(outcome), coloursOf(outcome, palette).borderColor)),
  ];
}

type Row = { readonly one: ClassCost; readonly y: number };

function meansOf(rows: readonly Row[], outcome: ClassOutcome, palette: Palette): FigureDataset {
  const data = rows.map(({ one, y }) => ({ x: one.difference?.mean ?? 0, y, text: textOf(one) }));
  const look = { ...MARKERS[outcome], ...coloursOf(outcome, palette), borderWidth: 1.5, clip: 6 };
  return { type: 'scatter', label: CLASS_OUTCOMES[outcome], data, ...look } as FigureDataset;
}

function textOf({ name, images, difference, error, baselineError, outcome }: ClassCost): string[] {
  return [
    name,
    differenceText(difference),
    `error ${percent(error, 2)}, baseline ${percent(baselineError, 2)}, ${countedNoun(images, 'test image')}`,
    CLASS_OUTCOMES[outcome],
  ];
}

function intervalsOf(rows: readonly Row[], colour: string): FigureDataset {
  return errorBars(
    rows.flatMap(({ one: { difference }, y }) =>
      difference === null || difference.ci === null
        ? []
        : [{ x: difference.mean, y, xMin: difference.ci[0], xMax: difference.ci[1] }],
    ),
    colour,
  );
}

function captionOf(study: StudyRecord, costs: ClassCosts, arms: readonly ArmClassCosts[]): string[] {
  const name = studyNames([study.name]);
  const ids = runIds(costs.counted);
  if (arms.length === 0)
    return [`${name}. No pair of runs has predictions that were counted.`, ...leftOutText(costs), ...ids];
  const pairs = arms.map((arm) => arm.pairs);
  const intervals =
    Math.max(...pairs) === 1
      ? 'single runs without an interval'
      : `means with ${percent(LEVEL, 0)} intervals (paired Student t)`;
  const classes = Math.max(...arms.map((arm) => arm.classes.filter(({ difference }) => difference !== null).length));
  const part =
    classes > MOST_ROWS ? [`${MOST_ROWS} of ${countedClasses(classes)}: the claims, then those farthest from 0.`] : [];
  return [
    `${name}, ${countRange(pairs)}: the error of each class of the test images minus that of the baseline, ${intervals}; claims are adjusted over the classes of an arm (Holm).`,
    ...part,
    ...leftOutText(costs),
    ...ids,
  ];
}

/** One row for each arm and class, equal-time baselines too. */
function tableOf({ studyId, arms }: ClassCosts): FigureTable {
  return {
    columns: [
      ...['studyId', 'arm', 'role', 'class', 'name', 'images', 'n', 'error_percent', 'baselineError_percent'],
      ...['errorDelta_points', 'errorDelta_points_low', 'errorDelta_points_high', 'p', 'holm', 'outcome'],
    ],
    rows: arms.flatMap(({ name: arm, role, pairs, classes }) =>
      classes.map(({ index, name, images, error, baselineError, difference, outcome }) => [
        ...[studyId, arm, role, index, name, images, pairs],
        ...[inPercent(error), inPercent(baselineError), difference?.mean ?? null],
        ...[
          difference?.ci?.[0] ?? null,
          difference?.ci?.[1] ?? null,
          difference?.p ?? null,
          difference?.holm ?? null,
          outcome,
        ],
      ]),
    ),
  };
}

function inPercent(fraction: number | null): number | null {
  return fraction === null ? null : 100 * fraction;
}

/** The cost of each class under each policy, against the baseline. */
export const classCostDots = {
  ...SHOWN_NOWHERE,
  kind: 'class-costs',
  schema,
  places: [],
  subjects: ({ study }: Request) => ({ runs: [], studies: [study] }),
  fileName: () => 'class-costs',
  async draw({ study }: Request, source, look) {
    const [record, costs] = await Promise.all([source.study(study), source.classCosts(study)]);
    return classCostsFigure(record, costs, look);
  },
  studyCharts: [{ key: 'class-costs', title: TITLE, of: 'classes', request: { kind: 'class-costs' } }],
  reportRequests: ({ study, hasClasses }: ReportSubjects) => (hasClasses ? [{ kind: 'class-costs', study }] : []),
} as const satisfies FigureKind<Request>;
