import { createCanvas } from '@napi-rs/canvas';
import type { Scale } from 'chart.js';
import { Chart } from 'chart.js';
import type { DrawnFigure } from './figure-files.ts';
import type { DrawnPage } from './figure-page.ts';
import { drawPage, fontPx } from './figure-page.ts';
import type { Place } from './panel-canvas.ts';
import { PgfColours } from './pgfplots-colours.ts';
import { legendNodes } from './pgfplots-legend.ts';
import type { PlotDataset } from './pgfplots-plots.ts';
import { bp, number, plotsOf } from './pgfplots-plots.ts';
import { hasOtherLetters, OTHER_LETTERS, texText } from './tex-text.ts';

/** A complete document from which LaTeX makes the same figure, with the same limits, ticks, marks and places. */
export function pgfplotsFile(drawing: DrawnFigure): string {
  const { figure, layout } = drawing;
  const page = drawPage({ context: createCanvas(1, 1).getContext('2d') }, figure, layout);
  const colours = new PgfColours();
  const axes = page.charts.flatMap((chart, index) => panelAxes(chart, { page, index }, colours));
  const body = [...axes, ...legendNodes(page, drawing.layout, colours), ...captionNode(page, drawing)];
  for (const chart of page.charts) chart.destroy();
  const rest = [...colours.definitions(), ...picture(page, body)];
  const letters = hasOtherLetters(rest.join('')) ? OTHER_LETTERS : [];
  return `${[...preamble(drawing), ...letters, ...rest].join('\n')}\n`;
}

function preamble({ figure, layout }: DrawnFigure): string[] {
  const size = Number((fontPx(layout) * 0.75).toFixed(2));
  return [
    ...figure.caption.map((line) => `% ${texText(line)}`),
    '\\documentclass[border=0pt]{standalone}',
    '\\usepackage[T1]{fontenc}',
    '\\usepackage{textcomp,helvet,pgfplots}',
    '\\renewcommand{\\familydefault}{\\sfdefault}',
    '\\pgfplotsset{compat=1.16}',
    `\\newcommand{\\figurefont}{\\fontsize{${size}bp}{${Number((1.2 * size).toFixed(2))}bp}\\selectfont}`,
  ];
}

function picture({ size }: DrawnPage, body: readonly string[]): string[] {
  return [
    '\\begin{document}',
    '\\begin{tikzpicture}[font=\\figurefont]',
    `\\useasboundingbox (0,0) rectangle (${bp(size.width)},${bp(size.height)});`,
    ...body,
    '\\end{tikzpicture}',
    '\\end{document}',
  ];
}

/** The caption under the panels, broken into the same lines as on the page. */
function captionNode({ captionLines, captionTop, size }: DrawnPage, { layout }: DrawnFigure): string[] {
  if (captionLines.length === 0) return [];
  const left = bp(0.5 * fontPx(layout));
  const top = bp(size.height - captionTop - 0.4 * fontPx(layout));
  const lines = captionLines.map(texText).join('\\\\');
  return [`\\node[anchor=north west,align=left,inner sep=0] at (${left},${top}) {${lines}};`];
}

interface PanelPlace {
  readonly page: DrawnPage;
  readonly index: number;
}

/** The panel's main axis, then one on top of it for each second scale. */
function panelAxes(chart: Chart, { page, index }: PanelPlace, colours: PgfColours): string[] {
  const datasets = chart.data.datasets as unknown as readonly PlotDataset[];
  const box = boxOptions(chart, page.places[index], page.size.height);
  const { x, y, ...others } = chart.scales;
  const main = datasets.filter((dataset) => (dataset.yAxisID ?? 'y') === 'y');
  const top = Object.values(others).some((scale) => scale.isHorizontal());
  return [
    `\\begin{axis}[${[
      ...box,
      ...scaleOptions(x, 'x'),
      ...labelPlace(x, chart),
      ...scaleOptions(y, 'y'),
      ...labelPlace(y, chart),
      ...titleOption(chart),
      'unbounded coords=jump',
      'axis line style={draw=black!65}',
      'tick align=outside',
      `xmajorgrids=${hasGrid(x)}`,
      `ymajorgrids=${hasGrid(y)}`,
      'grid style={black!10}',
      top ? 'xtick pos=bottom' : 'tick pos=left',
      'ytick pos=left',
    ].join(',\n  ')}]`,
    ...plotsOf(main, colours),
    '\\end{axis}',
    ...Object.values(others).flatMap((scale) => secondAxis(scale, { chart, box, datasets }, colours)),
  ];
}

function boxOptions(chart: Chart, place: Place, pageHeight: number): string[] {
  const { left, right, top, bottom } = chart.chartArea;
  return [
    'scale only axis',
    `at={(${bp(place.left + left)},${bp(pageHeight - place.top - bottom)})}`,
    'anchor=south west',
    `width=${bp(right - left)}`,
    `height=${bp(bottom - top)}`,
  ];
}

function scaleOptions(scale: Scale, name: 'x' | 'y'): string[] {
  const ticks = scale.ticks.filter(({ label }) => label !== undefined && label !== '');
  const { options } = scale as unknown as {
    readonly options: { readonly reverse?: boolean; readonly title?: { readonly text?: string } };
  };
  return [
    `${name}min=${number(scale.min)}`,
    `${name}max=${number(scale.max)}`,
    ...(scale.type === 'logarithmic' ? [`${name}mode=log`] : []),
    ...(options.reverse === true ? [`${name} dir=reverse`] : []),
    `${name}tick={${ticks.map(({ value }) => number(value)).join(',')}}`,
    `${name}ticklabels={${ticks.map(({ label }) => `{${texText(String(label))}}`).join(',')}}`,
    ...turnedLabels(scale, name),
    `${name}label={${texText(options.title?.text ?? '')}}`,
    // The line at zero stands out, as on the page.
    ...(hasGrid(scale) && ticks.some(({ value }) => value === 0) ? [zeroLine(name)] : []),
  ];
}

/** Axes of named rows have no lines. */
function hasGrid({ options }: Scale): boolean {
  const { grid } = options as unknown as { readonly grid?: { readonly display?: boolean } };
  return grid?.display !== false;
}

/** Names that are too long to stand side by side are turned, as in Chart.js. */
function turnedLabels(scale: Scale, name: 'x' | 'y'): string[] {
  const { labelRotation = 0 } = scale as unknown as { readonly labelRotation?: number };
  return labelRotation === 0 ? [] : [`${name}ticklabel style={rotate=${number(labelRotation)},anchor=east}`];
}

/** The place of an axis label, at the outer edge of its room as in Chart.js, in shares of the axis box. */
function labelPlace(scale: Scale, { chartArea }: Chart): string[] {
  const { font } = scale.options as unknown as { readonly font?: { readonly size?: number } };
  const inset = 0.6 * (font?.size ?? Chart.defaults.font.size ?? 12);
  if (!scale.isHorizontal()) {
    const isRight = scale.left > chartArea.left;
    const x = isRight ? scale.right - inset : scale.left + inset;
    return [
      `ylabel style={at={(axis description cs:${number((x - chartArea.left) / chartArea.width)},0.5)},anchor=center}`,
    ];
  }
  const isTop = scale.top < chartArea.top;
  const y = isTop ? scale.top + inset : scale.bottom - inset;
  return [
    `xlabel style={at={(axis description cs:0.5,${number((chartArea.bottom - y) / chartArea.height)})},anchor=center}`,
  ];
}

function zeroLine(name: 'x' | 'y'): string {
  return `extra ${name} ticks={0},extra ${name} tick labels={},extra ${name} tick style={grid=major,grid style={black!65}}`;
}

function titleOption(chart: Chart): string[] {
  const title = chart.options.plugins?.title;
  const lines = [title?.text ?? []].flat().filter((line) => line !== undefined);
  if (title?.display !== true || lines.length === 0) return [];
  const { top = 0, bottom = 0 } =
    (chart as unknown as { readonly titleBlock?: Partial<Place & { bottom: number }> }).titleBlock ?? {};
  const place = number((chart.chartArea.bottom - (top + bottom) / 2) / chart.chartArea.height);
  return [
    `title={${lines.map((line) => `\\textbf{${texText(line)}}`).join('\\\\')}}`,
    `title style={align=left,at={(axis description cs:0.5,${place})},anchor=center}`,
  ];
}

interface SecondAxis {
  readonly chart: Chart;
  readonly box: readonly string[];
  readonly datasets: readonly PlotDataset[];
}

function secondAxis(scale: Scale, { chart, box, datasets }: SecondAxis, colours: PgfColours): string[] {
  const isHorizontal = scale.isHorizontal();
  const { x, y } = chart.scales;
  const limits = isHorizontal
    ? [
        ...scaleOptions(scale, 'x'),
        ...labelPlace(scale, chart),
        `ymin=${number(y.min)}`,
        `ymax=${number(y.max)}`,
        'axis y line=none',
        'axis x line*=top',
      ]
    : [
        ...scaleOptions(scale, 'y'),
        ...labelPlace(scale, chart),
        `xmin=${number(x.min)}`,
        `xmax=${number(x.max)}`,
        'axis x line=none',
        'axis y line*=right',
      ];
  const own = datasets.filter((dataset) => dataset.yAxisID === scale.id);
  return [
    `\\begin{axis}[${[...box, ...limits, 'unbounded coords=jump', 'tick align=outside'].join(',\n  ')}]`,
    ...plotsOf(own, colours),
    '\\end{axis}',
  ];
}
