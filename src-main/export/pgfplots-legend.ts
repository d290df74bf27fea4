import { createCanvas } from '@napi-rs/canvas';
import type { FigureLayout } from '#core/figure/figure-request.ts';
import type { DrawnPage, LegendEntry } from './figure-page.ts';
import { fontPx } from './figure-page.ts';
import { FONT } from './fonts.ts';
import type { PgfColours } from './pgfplots-colours.ts';
import type { PlotDataset } from './pgfplots-plots.ts';
import { bp, dashPattern, hasLine, markOptions } from './pgfplots-plots.ts';
import { texText } from './tex-text.ts';

/** Every entry at the place that Chart.js gives it: pgfplots' own legend would break its lines elsewhere, over the plot. */
export function legendNodes(page: DrawnPage, layout: FigureLayout, colours: PgfColours): string[] {
  const datasets = page.charts[0].data.datasets as unknown as readonly PlotDataset[];
  return page.legend.flatMap((entry) => entryNodes(entry, datasets[entry.datasetIndex], { page, layout, colours }));
}

interface Legend {
  readonly page: DrawnPage;
  readonly layout: FigureLayout;
  readonly colours: PgfColours;
}

/** An entry's sign and name. Helvetica's letters are as wide as the measured ones. */
function entryNodes(entry: LegendEntry, dataset: PlotDataset, { page, layout, colours }: Legend): string[] {
  const right = entry.left + entry.width;
  const textLeft = right - textWidth(entry.text, layout);
  const signRight = textLeft - fontPx(layout) / 2;
  const y = bp(page.size.height - entry.top - entry.height / 2);
  const points = [entry.left, (entry.left + signRight) / 2, signRight].map((x) => `(${bp(x)},${y})`).join(' ');
  return [
    `\\draw[${signOptions(dataset, colours)},mark repeat=2,mark phase=2] plot coordinates {${points}};`,
    `\\node[anchor=base west,inner sep=0] at (${bp(textLeft)},${y}) {\\raisebox{-0.36em}{${texText(entry.text)}}};`,
  ];
}

function textWidth(text: string, layout: FigureLayout): number {
  const context = createCanvas(1, 1).getContext('2d');
  context.font = `${fontPx(layout)}px ${FONT}`;
  return context.measureText(text).width;
}

function signOptions(dataset: PlotDataset, colours: PgfColours): string {
  const { borderColor = '', borderDash = [] } = dataset;
  const dash = borderDash.length === 0 ? [] : [`dash pattern=${dashPattern(borderDash)}`];
  const isLine = hasLine(dataset) || dataset.pointStyle === 'line';
  return [
    ...(isLine ? [colours.option(borderColor, 'color'), ...dash] : ['only marks']),
    ...markOptions(dataset, colours),
  ].join(',');
}
