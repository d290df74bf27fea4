import { z } from 'zod';
import type { StudyRecord } from '#core/records.ts';
import { notYet } from '#core/run.ts';
import { valueAxis } from './axes.ts';
import type { BuiltFigure, FigureLook, FigureTable } from './built-figure.ts';
import { countRange, runIds, studyNames } from './caption.ts';
import { errorBars } from './error-bars.ts';
import type { FigureKind, ReportSubjects } from './figure-kind.ts';
import { SHOWN_NOWHERE } from './figure-kind.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import { frameAround } from './figure-range.ts';
import { shortened } from './labels.ts';
import { type Palette, paletteOf } from './palette.ts';
import { plainLine } from './plain-line.ts';
import { subjectId } from './request-parts.ts';
import { type TimeUnit, timeUnit } from './run-axis.ts';
import type { SeriesStyle } from './series-style.ts';
import { armMarker, baselineStyle, hollowMarker, hollowStyle, seriesStyle } from './series-style.ts';
import type { SeedMean, TimedArm } from './timed-arms.ts';
import { timedArms } from './timed-arms.ts';

const schema = z.strictObject({ kind: z.literal('error-vs-time'), study: subjectId });
type Request = z.infer<typeof schema>;

const TITLE = 'Test error over training time';
/** A closer view than this many points of test error would only magnify noise. */
const LEAST_POINTS = 0.4;

interface Drawing {
  readonly arms: readonly TimedArm[];
  readonly unit: TimeUnit;
  readonly palette: Palette;
}

/**
 * Every arm at its training time and its test error. A line connects the policies that differ in one number, in the order of what
 * they freeze; a dashed one connects the baseline with those that train for less time, which is what freezing has to beat.
 */
function errorVsTimeFigure(study: StudyRecord, look: FigureLook): BuiltFigure {
  const arms = timedArms(study);
  const palette = paletteOf(look);
  const longest = Math.max(0, ...arms.map(({ seconds }) => seconds.mean));
  const drawing = { arms, unit: timeUnit(longest, 3), palette };
  const titles = arms.length === 0 ? [notYet('No run has finished', study.runs)] : [];
  const options = figureOptions({ look, palette, scales: scalesOf(drawing, look), titles });
  return {
    panels: [{ title: null, configuration: configurationOf('scatter', datasetsOf(drawing), options) }],
    columns: 1,
    caption: captionOf(study, arms),
    table: tableOf(study, arms),
  };
}

function scalesOf({ arms, unit, palette }: Drawing, look: FigureLook) {
  const range = (values: readonly SeedMean[], least: number, most = Number.POSITIVE_INFINITY) => {
    const means = values.map((value) => value.mean);
    const ends = values.flatMap(({ ci }) => ci ?? []);
    if (means.length === 0) return { min: 0, max: 1 };
    const { min, max } = frameAround(means, ends, least);
    return { min: Math.max(0, min), max: Math.min(max, most) };
  };
  const seconds = arms.map((arm) => inUnit(arm.seconds, unit));
  const longest = Math.max(0, ...seconds.map((value) => value.mean));
  return {
    x: valueAxis({ title: `training time (${unit.name})`, look, palette, range: range(seconds, 0.05 * longest) }),
    y: valueAxis({
      title: 'test error (%)',
      look,
      palette,
      range: range(
        arms.map(({ error }) => error),
        LEAST_POINTS,
        100,
      ),
    }),
  };
}

function inUnit({ mean, ci }: SeedMean, { seconds }: TimeUnit): SeedMean {
  return { mean: mean / seconds, ci: ci && [ci[0] / seconds, ci[1] / seconds] };
}

/** The first data set is drawn on top: means, then their intervals, then the lines. */
function datasetsOf(drawing: Drawing): FigureDataset[] {
  const { arms, palette } = drawing;
  const policies = arms.filter(({ role }) => role === 'policy');
  const styleOf = ({ name, role, of }: TimedArm): SeriesStyle => {
    const place = policies.findIndex((policy) => policy.name === (role === 'equal-time' ? of : name));
    return place === -1 ? baselineStyle(palette) : seriesStyle(place, palette);
  };
  const variants = [...new Set(policies.map(({ variant }) => variant))];
  const byFreezing = policies.toSorted((one, other) => one.computeSaved - other.computeSaved);
  return [
    ...arms.map((arm) => meanOf(arm, styleOf(arm), drawing)),
    ...hollowEntry(drawing),
    ...arms.map((arm) => intervalsOf(arm, styleOf(arm), drawing)),
    ...variants.map((variant) =>
      lineOf(
        byFreezing.filter((arm) => arm.variant === variant),
        drawing,
      ),
    ),
    lessTrainingLine(drawing),
  ];
}

function meanOf(arm: TimedArm, style: SeriesStyle, { unit, palette }: Drawing): FigureDataset {
  const { name, role } = arm;
  const label = { baseline: 'baseline, no freezing', policy: shortened(name), 'equal-time': '' }[role];
  const data = [{ ...placeOf(arm, unit), arm: name }];
  return { type: 'scatter', label, data, clip: 6, ...armMarker(role, style, palette) } as FigureDataset;
}

/** Says once what hollow markers are. */
function hollowEntry({ arms, palette }: Drawing): FigureDataset[] {
  if (!arms.some(({ role }) => role === 'equal-time')) return [];
  const look = hollowMarker(hollowStyle(palette), palette);
  return [{ type: 'scatter', label: 'hollow: baseline, equal time', data: [], ...look } as FigureDataset];
}

function placeOf({ seconds, error }: TimedArm, unit: TimeUnit) {
  return { x: inUnit(seconds, unit).mean, y: error.mean };
}

function intervalsOf(arm: TimedArm, { colour }: SeriesStyle, { unit }: Drawing): FigureDataset {
  const [time, error] = [inUnit(arm.seconds, unit).ci, arm.error.ci];
  if (time === null || error === null) return errorBars([], colour);
  const ends = { xMin: time[0], xMax: time[1], yMin: error[0], yMax: error[1] };
  return errorBars([{ ...placeOf(arm, unit), ...ends }], colour);
}

function lineOf(arms: readonly TimedArm[], { unit, palette }: Drawing): FigureDataset {
  return plainLine(
    arms.map((arm) => placeOf(arm, unit)),
    palette,
  );
}

function lessTrainingLine({ arms, unit, palette }: Drawing): FigureDataset {
  const controls = arms.filter(({ role }) => role === 'equal-time');
  const whole = arms.filter(({ role }) => role === 'baseline');
  const data = [...whole, ...controls].map((arm) => placeOf(arm, unit)).sort((one, other) => one.x - other.x);
  const label = controls.length === 0 ? '' : 'training less, without freezing';
  return plainLine(data, palette, { label, isDashed: true });
}

function captionOf({ name, runs }: StudyRecord, arms: readonly TimedArm[]): string[] {
  const names = studyNames([name]);
  const ids = runIds(arms.flatMap(({ seeds }) => seeds.map(({ runId }) => runId)));
  if (arms.length === 0) return [`${names}. ${notYet('No run has finished', runs)}`];
  const counts = arms.map(({ seeds }) => seeds.length);
  const marks = Math.max(...counts) === 1 ? 'single runs without an interval' : 'means with 95 % intervals (Student t)';
  return [
    `${names}, ${countRange(counts)}: test error and training time of every arm, ${marks}. Lines connect policies that differ in one number, in the order of what they freeze.`,
    'The intervals are those of each arm alone; differences between arms are judged by pairs of equal seeds, which is sharper.',
    ...ids,
  ];
}

/** One row for each arm with its intervals, then one row for each seed. */
function tableOf({ id, name: study }: StudyRecord, arms: readonly TimedArm[]): FigureTable {
  const numbers = ['training_s', 'testError_percent'];
  const ends = numbers.flatMap((column) => [`${column}_low`, `${column}_high`]);
  return {
    columns: ['study', 'studyId', 'arm', 'role', 'of', 'mark', 'seed', 'runId', 'n', ...numbers, ...ends],
    rows: arms.flatMap(({ name, role, of, seeds, seconds, error }) => [
      [
        ...[study, id, name, role, of, 'mean', null, null, seeds.length, seconds.mean, error.mean],
        ...[...(seconds.ci ?? [null, null]), ...(error.ci ?? [null, null])],
      ],
      ...seeds.map((one) => [
        ...[study, id, name, role, of, 'seed', one.seed, one.runId, 1, one.seconds, one.error],
        ...[null, null, null, null],
      ]),
    ]),
  };
}

/** Test error against training time, of every arm and of training less. */
export const errorVsTime = {
  ...SHOWN_NOWHERE,
  kind: 'error-vs-time',
  schema,
  places: [],
  subjects: ({ study }: Request) => ({ runs: [], studies: [study] }),
  fileName: () => 'error-vs-time',
  draw: async ({ study }: Request, source, look) => errorVsTimeFigure(await source.study(study), look),
  studyCharts: [{ key: 'error-vs-time', title: TITLE, of: 'study', request: { kind: 'error-vs-time' } }],
  reportRequests: ({ study }: ReportSubjects) => [{ kind: 'error-vs-time', study }],
} as const satisfies FigureKind<Request>;
