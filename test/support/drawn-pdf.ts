import { getDocument, OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DrawnMark, DrawnText } from './drawn-svg.ts';
import { middleOf } from './drawn-svg.ts';

export interface DrawnPdf {
  /** In points. */
  readonly width: number;
  readonly height: number;
  readonly texts: readonly DrawnText[];
  readonly marks: readonly DrawnMark[];
  readonly images: number;
  readonly fonts: readonly { readonly name: string; readonly isEmbedded: boolean }[];
}

type Matrix = readonly [number, number, number, number, number, number];

/** What a viewer shows of the only page, in points from its upper left corner. */
export async function readPdf(data: Uint8Array): Promise<DrawnPdf> {
  const task = getDocument({ data: new Uint8Array(data), verbosity: 0, fontExtraProperties: true });
  const document = await task.promise;
  const page = await document.getPage(1);
  const [, , width, height] = page.view;
  const content = await page.getTextContent();
  const { fnArray, argsArray } = await page.getOperatorList();
  const texts = content.items.flatMap((item) => {
    if (!('str' in item) || item.str === '') return [];
    return [{ text: item.str, x: item.transform[4] + item.width / 2, y: height - item.transform[5] }];
  });
  const names = [
    ...new Set(argsArray.filter((_, index) => fnArray[index] === OPS.setFont).map(([name]) => String(name))),
  ];
  const fonts = names.map((name) => {
    const font = page.commonObjs.get(name) as {
      readonly name: string;
      readonly data?: Uint8Array;
      readonly missingFile?: boolean;
    };
    return { name: font.name, isEmbedded: font.missingFile !== true && font.data !== undefined };
  });
  const images = fnArray.filter((name) => [OPS.paintImageXObject, OPS.paintInlineImageXObject].includes(name)).length;
  const marks = strokedPaths(fnArray, argsArray, height);
  await task.destroy();
  return { width, height, texts, marks, images, fonts };
}

interface GraphicsState {
  readonly matrix: Matrix;
  readonly colour: string;
  readonly lineWidth: number;
}

function strokedPaths(names: readonly number[], inputs: readonly unknown[], height: number): DrawnMark[] {
  let state: GraphicsState = { matrix: [1, 0, 0, 1, 0, 0], colour: '#000000', lineWidth: 1 };
  const saved: GraphicsState[] = [];
  const marks: DrawnMark[] = [];
  for (const [index, name] of names.entries()) {
    const input = inputs[index] as readonly unknown[];
    if (name === OPS.save) saved.push(state);
    else if (name === OPS.restore) state = saved.pop() ?? state;
    else if (name === OPS.constructPath) marks.push(...markOf(input, state, height));
    else state = changed(state, name, input);
  }
  return marks;
}

function changed(state: GraphicsState, name: number, input: readonly unknown[]): GraphicsState {
  if (name === OPS.transform) return { ...state, matrix: product(state.matrix, input as unknown as Matrix) };
  if (name === OPS.setStrokeRGBColor) return { ...state, colour: String(input[0]) };
  if (name !== OPS.setGState) return state;
  const width = (input[0] as readonly [string, number][]).find(([key]) => key === 'LW');
  return width === undefined ? state : { ...state, lineWidth: width[1] };
}

function markOf(
  input: readonly unknown[],
  { matrix: m, colour, lineWidth }: GraphicsState,
  height: number,
): DrawnMark[] {
  if (input[0] !== OPS.stroke && input[0] !== OPS.closeStroke) return [];
  const { x, y } = middleOfPath([...((input[1] as readonly Float32Array[])[0] ?? [])]);
  return [{ colour, lineWidth, x: m[0] * x + m[2] * y + m[4], y: height - (m[1] * x + m[3] * y + m[5]) }];
}

/** How many numbers follow each drawing command of pdf.js: move, line, curve, quadratic curve, close. */
const OPERANDS = [2, 2, 6, 4, 0];

function middleOfPath(path: readonly number[]) {
  const points: { x: number; y: number }[] = [];
  let isBent = false;
  for (let index = 0; index < path.length; ) {
    const command = path[index++] ?? 4;
    const count = OPERANDS[command] ?? 0;
    if (count > 2) isBent = true;
    for (let place = 0; place < count; place += 2) points.push({ x: path[index + place], y: path[index + place + 1] });
    index += count;
  }
  return middleOf(points, isBent);
}

function product(one: Matrix, other: Matrix): Matrix {
  const [a, b, c, d, e, f] = one;
  const [g, h, i, j, k, l] = other;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}
