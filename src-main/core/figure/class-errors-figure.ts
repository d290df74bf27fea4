import { z } from 'zod';
import { countedNoun, percent, wholeNumber } from '#core/analysis/quantity.ts';
import type { ClassError } from '#core/classes/class-errors.ts';
import { classErrors, splitErrors, worstClasses } from '#core/classes/class-errors.ts';
import { countedClasses, NOT_COUNTED } from '#core/classes/class-words.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import { EVALUATED_SPLITS } from '#core/classes/predictions.ts';
import { policyName } from '#core/policy/policy.ts';
import type { RunDetail } from '#core/records.ts';
import type { ScaleOptions } from './axes.ts';
import { valueAxis } from './axes.ts';
import type { BuiltFigure, FigureLook, FigurePoint, FigureTable } from './built-figure.ts';
import { runCaption, runIds } from './caption.ts';
import { cellBars, emptyBars, unseenPoints } from './cells.ts';
import type { FigureKind } from './figure-kind.ts';
import { ofRun, SHOWN_NOWHERE } from './figure-kind.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import type { Palette } from './palette.ts';
import { paletteOf } from './palette.ts';
import { subjectId } from './request-parts.ts';
import { rowAxis } from './row-axis.ts';

const schema = z.strictObject({
  kind: z.literal('class-errors'),
  run: subjectId,
  split: z.enum(EVALUATED_SPLITS).default('test'),
});
type Request = z.infer<typeof schema>;

/** The figure has so many classes, its table all of them. */
const MOST_CLASSES = 30;

/** The error of each class, the worst one on top. */
function classErrorsFigure(run: RunDetail, predictions: Predictions | null, look: FigureLook): BuiltFigure {
  const palette = paletteOf(look);
  const shown = predictions === null ? [] : worstClasses(predictions).slice(0, MOST_CLASSES);
  const names = shown.map(({ name }) => name);
  const worst = Math.max(0, ...shown.map(({ error }) => error ?? 0));
  const range = { min: 0, max: Math.min(100, Math.max(1, 105 * worst)) };
  const scales = {
    // By default a bar chart leaves half a bar of room at its ends.
    x: { ...valueAxis({ title: 'error (%)', look, palette, range }), offset: false } as ScaleOptions,
    y: rowAxis({ title: 'class', names, look, palette }),
  };
  const titles = predictions === null ? [NOT_COUNTED] : [];
  const datasets = predictions === null ? [] : errorDatasets(shown, palette);
  return {
    panels: [
      {
        title: null,
        configuration: configurationOf('bar', datasets, figureOptions({ look, palette, scales, titles })),
      },
    ],
    columns: 1,
    panelLines: names.length,
    caption: [...captionOf(run, predictions), ...runIds([run.id])],
    table: tableOf(run, predictions),
  };
}

function errorDatasets(shown: readonly ClassError[], { active }: Palette): FigureDataset[] {
  const places = shown.map((one, y) => ({ ...one, x: 100 * (one.error ?? 0), y }));
  const points = places.map(({ x, y, name, images, errors, error }): FigurePoint => {
    return {
      x,
      y,
      text: [name, `error ${percent(error, 2)}: ${wholeNumber(errors)} of ${countedNoun(images, 'image')}`],
    };
  });
  return [
    unseenPoints(points),
    cellBars(
      places.map(({ x, y }) => ({ x: [0, x] as const, y })),
      active,
    ),
    emptyBars(shown.length),
  ];
}

function captionOf(run: RunDetail, predictions: Predictions | null): string[] {
  const of = runCaption(run, policyName(run.spec.policy));
  if (predictions === null) return [`Errors of the classes of ${of}: ${NOT_COUNTED}`];
  const { split, images, balancedAccuracy } = splitErrors(predictions);
  const counted = worstClasses(predictions).length;
  const missing = predictions.classNames.length - counted;
  const shown = counted > MOST_CLASSES ? ` The ${MOST_CLASSES} worst of ${wholeNumber(counted)} classes.` : '';
  const without = missing === 0 ? '' : ` ${countedClasses(missing)} without images.`;
  return [
    `Errors of the classes of ${of}, ${countedNoun(images, `${split} image`)}; balanced accuracy ${percent(balancedAccuracy, 2)}.${shown}${without}`,
  ];
}

/** One row for each class. */
function tableOf({ id }: RunDetail, predictions: Predictions | null): FigureTable {
  const columns = ['runId', 'split', 'class', 'name', 'images', 'errors', 'error_percent'];
  const classes = predictions === null ? [] : classErrors(predictions);
  return {
    columns,
    rows: classes.map(({ index, name, images, errors, error }) => [
      ...[id, predictions?.split ?? null, index, name],
      ...[images, errors, error === null ? null : 100 * error],
    ]),
  };
}

export const classErrorBars = {
  ...SHOWN_NOWHERE,
  kind: 'class-errors',
  schema,
  places: [],
  subjects: ofRun,
  fileName: ({ split }: Request) => `class-errors-${split}`,
  async draw({ run: id, split }: Request, source, look) {
    const [run, predictions] = await Promise.all([source.run(id), source.predictions(id)]);
    return classErrorsFigure(run, predictions.find((one) => one.split === split) ?? null, look);
  },
  runCharts: ({ id: run, splitErrors: splits }: RunDetail) =>
    splits.map(({ split }) => ({
      key: `class-errors-${split}`,
      title: `Error of each class, ${split} images`,
      request: { kind: 'class-errors', run, split },
      ...{ tab: 'classes' as const, place: split === 'test' ? 20 : 21, isWide: splits.length === 1, height: 320 },
    })),
} as const satisfies FigureKind<Request>;
