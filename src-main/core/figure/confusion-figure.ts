import { z } from 'zod';
import { countedNoun, percent, wholeNumber } from '#core/analysis/quantity.ts';
import { splitErrors } from '#core/classes/class-errors.ts';
import { NOT_COUNTED } from '#core/classes/class-words.ts';
import type { MatrixCell, MatrixPart } from '#core/classes/matrix-part.ts';
import { matrixPart } from '#core/classes/matrix-part.ts';
import type { Predictions } from '#core/classes/predictions.ts';
import { EVALUATED_SPLITS } from '#core/classes/predictions.ts';
import { policyName } from '#core/policy/policy.ts';
import type { RunDetail } from '#core/records.ts';
import type { BuiltFigure, FigureLook, FigurePoint, FigureTable } from './built-figure.ts';
import { runCaption, runIds } from './caption.ts';
import { cellBars, emptyBars, legendEntry, unseenPoints } from './cells.ts';
import type { FigureKind } from './figure-kind.ts';
import { ofRun, SHOWN_NOWHERE } from './figure-kind.ts';
import type { FigureDataset } from './figure-options.ts';
import { configurationOf, figureOptions } from './figure-options.ts';
import type { Palette } from './palette.ts';
import { blended, paletteOf } from './palette.ts';
import { subjectId } from './request-parts.ts';
import { columnAxis, LONGEST_ROW_NAME, rowAxis } from './row-axis.ts';

const schema = z.strictObject({
  kind: z.literal('confusion-matrix'),
  run: subjectId,
  split: z.enum(EVALUATED_SPLITS).default('test'),
});
type Request = z.infer<typeof schema>;

const HALF_CELL = 0.45;
/** Lower ends of the shades of confusions, as shares of the true class: most confusions are rare, so the first shades are narrow. */
const WRONG_SHARES = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5] as const;
/** Right predictions have as many shades, of equal width. */
const SHADES = WRONG_SHARES.length;
/** Names of more columns than these do not fit next to each other. */
const MOST_LEVEL_NAMES = 12;
/** How pale the first shade is: it still differs from the ground. */
const PALEST = 0.84;

/** True classes in rows, predicted classes in columns: cool shades are right, warm ones wrong. */
function confusionFigure(run: RunDetail, predictions: Predictions | null, look: FigureLook): BuiltFigure {
  const palette = paletteOf(look);
  const part: MatrixPart = predictions === null ? { groups: [], others: 0, cells: [] } : matrixPart(predictions);
  const names = part.groups.map(({ name }) => name);
  const scales = {
    x: columnAxis({ title: 'predicted class', names, look, palette }),
    y: rowAxis({ title: 'true class', names, look, palette }),
  };
  const titles = predictions === null ? [NOT_COUNTED] : [];
  const datasets = predictions === null ? [] : matrixDatasets(part, palette);
  return {
    panels: [
      {
        title: null,
        configuration: configurationOf('bar', datasets, figureOptions({ look, palette, scales, titles })),
      },
    ],
    columns: 1,
    panelLines: names.length + turnedLines(names),
    caption: [...captionOf(run, predictions, part), ...runIds([run.id])],
    table: tableOf(run, predictions),
  };
}

/** Lines that names below the columns need once they are turned: a letter is half as wide as a line is high. */
function turnedLines(names: readonly string[]): number {
  if (names.length <= MOST_LEVEL_NAMES) return 0;
  return Math.ceil(0.5 * Math.min(LONGEST_ROW_NAME, Math.max(...names.map((name) => name.length))));
}

function matrixDatasets({ cells, groups }: MatrixPart, palette: Palette): FigureDataset[] {
  const points = cells.map((cell): FigurePoint => {
    const [row, column] = [groups[cell.row].name, groups[cell.column].name];
    const words = cell.isRight ? `${row} classified right` : `${row} taken for ${column}`;
    return {
      x: cell.column,
      y: cell.row,
      text: [words, `${countedNoun(cell.count, 'image')}, ${percent(cell.share)} of ${row}`],
    };
  });
  const shades = [true, false].flatMap((isRight) =>
    Array.from({ length: SHADES }, (_, shade) =>
      cellBars(
        cells.filter((cell) => cell.isRight === isRight && shadeOf(cell) === shade).map(barOf),
        shadeColour(isRight, shade, palette),
      ),
    ),
  );
  return [unseenPoints(points), ...legendOf(palette), ...shades, emptyBars(groups.length)];
}

function barOf({ row, column }: MatrixCell) {
  return { x: [column - HALF_CELL, column + HALF_CELL] as const, y: row };
}

function shadeOf({ share, isRight }: MatrixCell): number {
  if (isRight) return Math.min(SHADES - 1, Math.floor(share * SHADES));
  return WRONG_SHARES.findLastIndex((from) => share >= from);
}

function shadeColour(isRight: boolean, shade: number, { active, frozen, ground }: Palette): string {
  return blended(isRight ? frozen : active, ground, (PALEST * (SHADES - 1 - shade)) / (SHADES - 1));
}

function legendOf(palette: Palette): FigureDataset[] {
  return [
    legendEntry('right: all of a class', shadeColour(true, SHADES - 1, palette)),
    legendEntry('right: half', shadeColour(true, 3, palette)),
    legendEntry('wrong: under 1 %', shadeColour(false, 0, palette)),
    legendEntry('wrong: 5 to 10 %', shadeColour(false, 3, palette)),
    legendEntry('wrong: half or more', shadeColour(false, SHADES - 1, palette)),
  ];
}

function captionOf(run: RunDetail, predictions: Predictions | null, { groups, others }: MatrixPart): string[] {
  const of = runCaption(run, policyName(run.spec.policy));
  if (predictions === null) return [`Confusion matrix of ${of}: ${NOT_COUNTED}`];
  const { split, images, classes, balancedAccuracy, topFiveError } = splitErrors(predictions);
  const top = topFiveError === null ? '' : `, top-5 error ${percent(topFiveError, 2)}`;
  const shown =
    others === 0
      ? ''
      : ` The ${groups.length - 1} classes that are most often part of a confusion, and the other ${wholeNumber(others)} taken together.`;
  return [
    `Confusion matrix of ${of}: ${countedNoun(images, `${split} image`)} of ${wholeNumber(classes)} classes, shaded by their share of the true class; balanced accuracy ${percent(balancedAccuracy, 2)}${top}.${shown}`,
  ];
}

/** One row for each pair of classes that occurs. */
function tableOf({ id }: RunDetail, predictions: Predictions | null): FigureTable {
  const columns = ['runId', 'split', 'trueClass', 'trueName', 'predictedClass', 'predictedName', 'images', 'share'];
  if (predictions === null) return { columns, rows: [] };
  const { split, classNames, images, predicted } = predictions;
  const rows = predicted.flatMap((row, label) =>
    Object.entries(row).map(([index, count]) => [
      ...[id, split, label, classNames[label]],
      ...[Number(index), classNames[Number(index)], count, count / images[label]],
    ]),
  );
  return { columns, rows };
}

export const confusionMatrices = {
  ...SHOWN_NOWHERE,
  kind: 'confusion-matrix',
  schema,
  places: [],
  subjects: ofRun,
  fileName: ({ split }: Request) => `confusion-matrix-${split}`,
  async draw({ run: id, split }: Request, source, look) {
    const [run, predictions] = await Promise.all([source.run(id), source.predictions(id)]);
    return confusionFigure(run, predictions.find((one) => one.split === split) ?? null, look);
  },
  runCharts: ({ id: run, splitErrors: splits }: RunDetail) =>
    splits.map(({ split, classes }) => ({
      key: `confusion-matrix-${split}`,
      title: `Confusion matrix, ${split} images`,
      request: { kind: 'confusion-matrix', run, split },
      ...{ tab: 'classes' as const, place: split === 'test' ? 10 : 11, height: 440 },
      isWide: splits.length === 1 || classes > MOST_LEVEL_NAMES,
    })),
} as const satisfies FigureKind<Request>;
