/** A text of a drawing and where its anchor is, in CSS pixels. */
export interface DrawnText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** An outline: its colour, its width, and its middle. */
export interface DrawnMark {
  readonly colour: string;
  readonly lineWidth: number;
  readonly x: number;
  readonly y: number;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
};

/** Reads what Skia writes: every text in one element, moved to its place by a transformation. */
export function svgTexts(svg: string): DrawnText[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes, text]) => {
    const moved =
      /translate\(([-\d.]+) ([-\d.]+)\)/.exec(attributes) ?? /matrix\(0 -1 1 0 ([-\d.]+) ([-\d.]+)\)/.exec(attributes);
    const x = Number(/ x="([-\d.]+)/.exec(attributes)?.[1]);
    const y = Number(/ y="([-\d.]+)/.exec(attributes)?.[1]);
    const plain = text.replaceAll(/&[a-z#0-9]+;/g, (entity) => ENTITIES[entity] ?? entity);
    return moved ? { text: plain, x: Number(moved[1]), y: Number(moved[2]) } : { text: plain, x, y };
  });
}

/** Every stroked path; dashes are lines of their own. */
export function svgMarks(svg: string): DrawnMark[] {
  return [
    ...svg.matchAll(/<path fill="none" stroke="(#\w+|\w+)"[^>]*? stroke-width="([\d.]+)"[^>]*? d="([^"]+)"/g),
  ].map(([, colour, lineWidth, outline]) => {
    const numbers = [...outline.matchAll(/-?\d+(?:\.\d+)?/g)].map(Number);
    const points = numbers.flatMap((x, index) => (index % 2 === 0 ? [{ x, y: numbers[index + 1] }] : []));
    return { colour, lineWidth: Number(lineWidth), ...middleOf(points, /[CQ]/.test(outline)) };
  });
}

/** Of the corners; of the box where the outline is bent. */
export function middleOf(points: readonly { readonly x: number; readonly y: number }[], isBent: boolean) {
  const corners = [...new Map(points.map((point) => [`${point.x} ${point.y}`, point])).values()];
  const middle = (values: readonly number[]) =>
    isBent
      ? (Math.min(...values) + Math.max(...values)) / 2
      : values.reduce((sum, value) => sum + value, 0) / values.length;
  return { x: middle(corners.map(({ x }) => x)), y: middle(corners.map(({ y }) => y)) };
}

export type Reading = (place: { readonly x: number; readonly y: number }) => { readonly x: number; readonly y: number };

/**
 * What places in a drawing mean, read off its tick labels as a reader does: those of the x axis share the lowest line of
 * numbers, those of the y axis the leftmost column.
 */
export function readAxes(texts: readonly DrawnText[], { baseline = 0 }: { readonly baseline?: number } = {}): Reading {
  const numbers = texts.flatMap(({ text, x, y }) => {
    const value = Number(text.replace('−', '-').replaceAll('\u2009', ''));
    return text.trim() === '' || Number.isNaN(value) ? [] : [{ value, x, y }];
  });
  const lowest = Math.max(...numbers.map(({ y }) => y));
  const below = numbers.filter(({ y }) => Math.abs(y - lowest) < 2);
  const leftmost = Math.min(...numbers.filter((one) => !below.includes(one)).map(({ x }) => x));
  const beside = numbers.filter((one) => !below.includes(one) && Math.abs(one.x - leftmost) < 30);
  const along = lineThrough(below.map(({ x, value }) => ({ place: x, value })));
  const up = lineThrough(beside.map(({ y, value }) => ({ place: y - baseline, value })));
  return ({ x, y }) => ({ x: along(x), y: up(y) });
}

function lineThrough(ticks: readonly { readonly place: number; readonly value: number }[]): (place: number) => number {
  const sorted = ticks.toSorted((one, other) => one.place - other.place);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  if (first === undefined || first === last) throw new Error('The drawing has less than two ticks.');
  const slope = (last.value - first.value) / (last.place - first.place);
  return (place) => first.value + slope * (place - first.place);
}
