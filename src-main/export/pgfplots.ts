import { createCanvas } from '@napi-rs/canvas';
import type { Chart, Scale } from 'chart.js';
import type { DrawnFigure } from './figure-files.ts';
import type { DrawnPage } from './figure-page.ts';
import { drawPage, fontPx } from './figure-page.ts';
import type { Place } from './panel-canvas.ts';
import { PgfColours } from './pgfplots-colours.ts';
import type { PlotDataset } from './pgfplots-plots.ts';
import { bp, dashPattern, hasLine, markOptions, number, plotsOf } from './pgfplots-plots.ts';
import { texText } from './tex-text.ts';

/** A document of its own that LaTeX makes the very figure of: same limits, ticks, marks and places. */
export function pgfplotsFile(drawing: DrawnFigure): string {
  const page = drawPage({ context: createCanvas(1, 1).getContext('2d') }, drawing.figure, drawing.layout);
  const colours = new PgfColours();
  const axes = page.charts.flatMap((chart, index) => panelAxes(chart, { page, index }, colours));
  const body = [...axes, ...captionNode(page, drawing)];
  for (const chart of page.charts) chart.destroy();
  return `${[...preamble(drawing), ...colours.definitions(), ...picture(page, body)].join('\n')}\n`;
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

/** Under the panels, broken into lines where the page breaks them. */
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

/** The panel's own axis, then one over it for each second scale. */
function panelAxes(chart: Chart, { page, index }: PanelPlace, colours: PgfColours): string[] {
  const datasets = chart.data.datasets as unknown as readonly PlotDataset[];
  const box = boxOptions(chart, page.places[index], page.size.height);
  const { x, y, ...others } = chart.scales;
  const main = datasets.filter((dataset) => (dataset.yAxisID ?? 'y') === 'y');
  const legend = index === 0 ? legendOf(datasets, colours) : [];
  const top = Object.values(others).some((scale) => scale.isHorizontal());
  return [
    `\\begin{axis}[${[
      ...box,
      ...scaleOptions(x, 'x'),
      ...scaleOptions(y, 'y'),
      ...titleOption(chart),
      ...(legend.length > 0 ? [legendStyle(chart, top)] : []),
      'unbounded coords=jump',
      'axis line style={draw=black!65}',
      'tick align=outside',
      'grid=major',
      'grid style={black!10}',
      top ? 'xtick pos=bottom' : 'tick pos=left',
      'ytick pos=left',
    ].join(',\n  ')}]`,
    ...legend,
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
    `${name}label={${texText(options.title?.text ?? '')}}`,
    // The line through the origin stands out, as on the page.
    ...(ticks.some(({ value }) => value === 0) ? [zeroLine(name)] : []),
  ];
}

function zeroLine(name: 'x' | 'y'): string {
  return `extra ${name} ticks={0},extra ${name} tick labels={},extra ${name} tick style={grid=major,grid style={black!65}}`;
}

function titleOption(chart: Chart): string[] {
  const title = chart.options.plugins?.title;
  const lines = [title?.text ?? []].flat().filter((line) => line !== undefined);
  if (title?.display !== true || lines.length === 0) return [];
  return [
    `title={${lines.map((line) => `\\textbf{${texText(line)}}`).join('\\\\')}}`,
    'title style={align=left,yshift=4ex}',
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
        `ymin=${number(y.min)}`,
        `ymax=${number(y.max)}`,
        'axis y line=none',
        'axis x line*=top',
      ]
    : [
        ...scaleOptions(scale, 'y'),
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

/** Above everything that stands over the axis. */
function legendStyle(chart: Chart, hasTopAxis: boolean): string {
  const shift = hasTopAxis ? chart.chartArea.top - (chart.legend?.bottom ?? 0) : 6;
  const columns = chart.width < 400 ? 2 : 4;
  return `legend style={at={(0,1)},anchor=south west,yshift=${bp(Math.max(6, shift))},draw=none,fill=none,legend columns=${columns},legend cell align=left,/tikz/every even column/.append style={column sep=1ex}}`;
}

function legendOf(datasets: readonly PlotDataset[], colours: PgfColours): string[] {
  return datasets
    .filter(({ label }) => label !== undefined && label !== '')
    .flatMap((dataset) => [
      `\\addlegendimage{${legendImage(dataset, colours)}}`,
      `\\addlegendentry{${texText(dataset.label ?? '')}}`,
    ]);
}

function legendImage(dataset: PlotDataset, colours: PgfColours): string {
  const { borderColor = '', borderDash = [] } = dataset;
  const dash = borderDash.length === 0 ? [] : [`dash pattern=${dashPattern(borderDash)}`];
  const isLine = hasLine(dataset) || dataset.pointStyle === 'line';
  return [
    ...(isLine ? [colours.option(borderColor, 'color'), ...dash] : ['only marks']),
    ...markOptions(dataset, colours),
  ].join(',');
}
