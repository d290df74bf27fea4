import type { SKRSContext2D } from '@napi-rs/canvas';
import { glyphSource } from './glyphs.ts';
import { escapeMarkup } from './inert-text.ts';

/** Characters as wide as the font is high. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
/** Letters of scripts from right to left. Skia writes them in the order in which they are seen, and a viewer would turn them again. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const WITHOUT_WIDTH = /[\p{M}\p{Default_Ignorable_Code_Point}]/u;

/** Old Cyrillic letters, which our font has: each stands for one foreign text until the file is written. */
const STAND_INS = Array.from({ length: 0x30 }, (_, index) => String.fromCodePoint(0x4d0 + index));

interface Run {
  readonly text: string;
  readonly isForeign: boolean;
}

/**
 * Text in an SVG that our font lacks. Skia would leave it out where this machine has no font for it, and else write the letters
 * that the other font's glyphs are called by (⽇ instead of 日). A stand-in is drawn, and the file gets the text itself,
 * which its viewer shows in a font of its own: the file is the same on every machine.
 */
export class SvgForeignText {
  readonly #texts: string[] = [];

  /** Draws the text as the context would. */
  fill(context: SKRSContext2D, text: string, place: readonly [x: number, y: number, maxWidth?: number]): void {
    const [x, y] = place;
    const runs = runsOf(text);
    if (!runs.some(({ isForeign }) => isForeign)) {
      context.fillText(text, ...place);
      return;
    }
    const { textAlign } = context;
    let left = x - shareBefore(textAlign) * widthWithForeign(context, text);
    context.textAlign = 'left';
    for (const run of runs) {
      context.fillText(run.isForeign ? this.#standIn(run.text) : run.text, left, y);
      left += widthOf(context, run);
    }
    context.textAlign = textAlign;
  }

  /** Puts the texts into the written file. */
  applyTo(svg: string): string {
    return svg.replaceAll(/(<text [^>]*>)([^<])(?=<\/text>)/gu, (element, tag: string, letter: string) => {
      const text = this.#texts[STAND_INS.indexOf(letter)];
      return text === undefined ? element : `${tag}${escapeMarkup(text)}`;
    });
  }

  /** Once all stand-ins are taken, which no figure comes near, the text is drawn as Skia draws it. */
  #standIn(text: string): string {
    if (!this.#texts.includes(text)) this.#texts.push(text);
    return STAND_INS[this.#texts.indexOf(text)] ?? text;
  }
}

function isOurs(character: string): boolean {
  return glyphSource(character) === 'own' && !RIGHT_TO_LEFT.test(character) && !STAND_INS.includes(character);
}

/** The width of a text, also where this machine has no font for parts of it. */
export function widthWithForeign(context: SKRSContext2D, text: string): number {
  return runsOf(text).reduce((sum, run) => sum + widthOf(context, run), 0);
}

/** The stretches of a text that are foreign, and those that are not. */
function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  for (const character of text) {
    const last = runs.at(-1);
    const joins = last !== undefined && WITHOUT_WIDTH.test(character);
    const isForeign = joins ? last.isForeign : !isOurs(character);
    if (last?.isForeign === isForeign) runs[runs.length - 1] = { text: last.text + character, isForeign };
    else runs.push({ text: character, isForeign });
  }
  return runs;
}

function widthOf(context: SKRSContext2D, { text, isForeign }: Run): number {
  if (!isForeign) return context.measureText(text).width;
  const size = Number(/([\d.]+)px/.exec(context.font)?.[1] ?? 0);
  const widths = [...text].map((character) => {
    if (WITHOUT_WIDTH.test(character)) return 0;
    return WIDE.test(character) ? size : context.measureText(character).width;
  });
  return widths.reduce((sum, width) => sum + width, 0);
}

/** The share of a text's width that is before its anchor. */
function shareBefore(align: SKRSContext2D['textAlign']): number {
  if (align === 'center') return 0.5;
  return align === 'right' || align === 'end' ? 1 : 0;
}
