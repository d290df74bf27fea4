import type { SKRSContext2D } from '@napi-rs/canvas';

/** Smaller than every line width that is drawn, and larger than the rounding of a written width. */
const MARK = 1e-4;

/**
 * Skia cuts a dashed line into pieces. For SVG the line is therefore drawn whole, with its dash hidden in the fourth decimal of
 * its width, and the written file gets a real dash: the file is smaller, and an editor can still select the line.
 */
export class SvgDashes {
  readonly #dashes: string[] = [];
  readonly #saved: string[] = [];
  #dash = '';

  setLineDash(dash: readonly number[]): void {
    this.#dash = dash.join(' ');
  }

  save(page: SKRSContext2D): void {
    this.#saved.push(this.#dash);
    page.save();
  }

  restore(page: SKRSContext2D): void {
    this.#dash = this.#saved.pop() ?? '';
    page.restore();
  }

  stroke(page: SKRSContext2D): void {
    const { lineWidth } = page;
    page.lineWidth = this.#dash === '' ? lineWidth : rounded(lineWidth) + MARK * this.#numberOf(this.#dash);
    page.stroke();
    page.lineWidth = lineWidth;
  }

  /** Puts the dashes into the written file. */
  applyTo(svg: string): string {
    return svg.replaceAll(/ stroke-width="([\d.]+)"/g, (attribute, text: string) => {
      const width = rounded(Number(text));
      const dash = this.#dashes[Math.round((Number(text) - width) / MARK) - 1];
      return dash === undefined ? attribute : ` stroke-width="${width}" stroke-dasharray="${dash}"`;
    });
  }

  #numberOf(dash: string): number {
    if (!this.#dashes.includes(dash)) this.#dashes.push(dash);
    return this.#dashes.indexOf(dash) + 1;
  }
}

function rounded(width: number): number {
  return Number(width.toFixed(2));
}
