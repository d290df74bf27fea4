import type { PgfColours } from './pgfplots-colours.ts';

/** The properties that our figures set on a data set; Chart.js has no type for the mixture. */
export interface PlotDataset {
  readonly type?: string;
  readonly label?: string;
  readonly data: readonly PlotPoint[];
  readonly yAxisID?: string;
  readonly showLine?: boolean;
  readonly stepped?: 'before' | 'after' | false;
  readonly fill?: '+1' | '-1' | 'origin' | false;
  readonly stack?: string;
  readonly pointStyle?: string;
  readonly pointRadius?: number;
  readonly rotation?: number;
  readonly borderColor?: string;
  readonly backgroundColor?: string;
  readonly borderWidth?: number;
  readonly borderDash?: readonly number[];
  readonly errorBarColor?: string;
}

export interface PlotPoint {
  readonly x: number | readonly [number, number];
  readonly y: number;
  readonly xMin?: number;
  readonly xMax?: number;
  readonly yMin?: number;
  readonly yMax?: number;
}

const BP_PER_PX = 0.75;
/** Half of a bar's height on an axis of layers. */
const HALF_BAR = 0.45;

export function bp(px: number): string {
  return `${number(BP_PER_PX * px)}bp`;
}

/** A number with ten digits, in a form that TeX reads. */
export function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(10))) : 'nan';
}

/** The plots of one axis. The topmost comes last, as on a page. */
export function plotsOf(datasets: readonly PlotDataset[], colours: PgfColours): string[] {
  return datasets
    .map((dataset, index) => ({ dataset, index }))
    .filter(({ dataset }) => dataset.data.length > 0)
    .reverse()
    .flatMap(({ dataset, index }) => plotOf(dataset, { datasets, index }, colours));
}

interface Neighbours {
  readonly datasets: readonly PlotDataset[];
  readonly index: number;
}

function plotOf(dataset: PlotDataset, neighbours: Neighbours, colours: PgfColours): string[] {
  if (dataset.type === 'bar') return bars(dataset, colours);
  if (dataset.type === 'scatterWithErrorBars') return errorBars(dataset, colours);
  return [...areas(dataset, neighbours, colours), ...line(dataset, neighbours, colours)];
}

function bars({ data, backgroundColor = '' }: PlotDataset, colours: PgfColours): string[] {
  const fill = colours.option(backgroundColor, 'fill');
  return data.map(({ x, y }) => {
    const [from, to] = x as readonly [number, number];
    const corner = (place: number, height: number) => `(axis cs:${number(place)},${number(height)})`;
    return `\\path[${fill}] ${corner(from, y - HALF_BAR)} rectangle ${corner(to, y + HALF_BAR)};`;
  });
}

function errorBars({ data, errorBarColor = '' }: PlotDataset, colours: PgfColours): string[] {
  const bar =
    'error bars/.cd,x dir=both,x explicit,y dir=both,y explicit,error mark options={mark size=2.25bp,rotate=90}';
  const points = data.map(({ x, y, xMin, xMax, yMin, yMax }) => {
    const place = Number(x);
    const plus = `(${number((xMax ?? place) - place)},${number((yMax ?? y) - y)})`;
    const minus = `(${number(place - (xMin ?? place))},${number(y - (yMin ?? y))})`;
    return `(${number(place)},${number(y)}) += ${plus} -= ${minus}`;
  });
  return [
    `\\addplot[${colours.option(errorBarColor, 'color')},only marks,mark=none,${bar}] coordinates {${points.join(' ')}};`,
  ];
}

function line(dataset: PlotDataset, neighbours: Neighbours, colours: PgfColours): string[] {
  // For a plot with neither, LaTeX would draw a default line.
  if (!hasLine(dataset) && !hasMarks(dataset)) return [];
  const options = [...lineOptions(dataset, colours), ...markOptions(dataset, colours)];
  return [`\\addplot[${options.join(',')}] coordinates {${coordinates(stacked(dataset, neighbours))}};`];
}

function lineOptions(dataset: PlotDataset, colours: PgfColours): string[] {
  const { borderColor = '', borderDash = [], stepped } = dataset;
  if (!hasLine(dataset)) return ['only marks'];
  return [
    colours.option(borderColor, 'color'),
    `line width=${bp(dataset.borderWidth ?? 1)}`,
    ...(borderDash.length === 0 ? [] : [`dash pattern=${dashPattern(borderDash)}`]),
    ...(stepped === 'before' ? ['const plot mark left'] : stepped === 'after' ? ['const plot mark right'] : []),
  ];
}

export function hasLine({ type, showLine, borderWidth = 1 }: PlotDataset): boolean {
  return borderWidth > 0 && (type === 'line' ? showLine !== false : showLine === true);
}

function hasMarks({ pointRadius = 3 }: PlotDataset): boolean {
  return pointRadius > 0;
}

export function dashPattern(dash: readonly number[]): string {
  const even = dash.length % 2 === 0 ? dash : [...dash, ...dash];
  return even.map((length, index) => `${index % 2 === 0 ? 'on' : 'off'} ${bp(length)}`).join(' ');
}

/** Each mark filled and open, since TikZ cannot draw a filled mark without its filling. */
const MARKS: Readonly<Record<string, readonly [filled: string, open: string]>> = {
  circle: ['*', 'o'],
  rect: ['square*', 'square'],
  triangle: ['triangle*', 'triangle'],
  rectRot: ['diamond*', 'diamond'],
  crossRot: ['x', 'x'],
};

export function markOptions(dataset: PlotDataset, colours: PgfColours): string[] {
  const { pointStyle = 'circle', pointRadius = 3, rotation = 0, borderColor = '', backgroundColor = '' } = dataset;
  const marks = MARKS[pointStyle];
  if (marks === undefined || pointRadius === 0) return ['mark=none'];
  const fill = colours.option(backgroundColor, 'fill');
  const mark = marks[fill === 'fill=none' ? 1 : 0];
  const look = ['solid', colours.option(borderColor, 'draw'), fill, ...(rotation === 0 ? [] : [`rotate=${-rotation}`])];
  return [`mark=${mark}`, `mark size=${bp(markSize(pointStyle, pointRadius))}`, `mark options={${look.join(',')}}`];
}

/** The size of a mark: Chart.js measures squares and crosses by the circle around them, TikZ by half of their side. */
function markSize(pointStyle: string, radius: number): number {
  return pointStyle === 'rect' || pointStyle === 'crossRot' ? radius * Math.SQRT1_2 : radius;
}

/** The shades between a line and the next one, or the one below it, as outlines without a stroke. */
function areas(dataset: PlotDataset, { datasets, index }: Neighbours, colours: PgfColours): string[] {
  const { fill, backgroundColor = '' } = dataset;
  if (fill === undefined || fill === false) return [];
  const edge = stacked(dataset, { datasets, index });
  const other = fill === '+1' ? index + 1 : index - 1;
  const opposite =
    fill === 'origin' ? edge.map(({ x }) => ({ x, y: 0 })) : stacked(datasets[other], { datasets, index: other });
  return stretches(edge, opposite).map(({ from, to }) => {
    const outline = [...edge.slice(from, to), ...opposite.slice(from, to).reverse()];
    return `\\addplot[draw=none,${colours.option(backgroundColor, 'fill')}] coordinates {${coordinates(outline)}} --cycle;`;
  });
}

/** The stretches of points, from which to which, where both edges are finite. */
function stretches(
  edge: readonly PlotPoint[],
  opposite: readonly PlotPoint[],
): { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = [];
  edge.forEach(({ y }, index) => {
    if (!Number.isFinite(y) || !Number.isFinite(opposite[index]?.y)) return;
    const last = found.at(-1);
    if (last?.to === index) last.to = index + 1;
    else found.push({ from: index, to: index + 1 });
  });
  return found.filter(({ from, to }) => to - from > 1);
}

/** The heights of a data set on top of those before it in its stack. */
function stacked(dataset: PlotDataset, { datasets, index }: Neighbours): readonly PlotPoint[] {
  if (dataset.stack === undefined) return dataset.data;
  const below = datasets.slice(0, index).filter((other) => other.stack === dataset.stack);
  return dataset.data.map(({ x, y }, place) => ({
    x,
    y: below.reduce((sum, other) => sum + (other.data[place]?.y ?? 0), y),
  }));
}

function coordinates(points: readonly PlotPoint[]): string {
  return points.map(({ x, y }) => `(${number(Number(x))},${number(y)})`).join(' ');
}
