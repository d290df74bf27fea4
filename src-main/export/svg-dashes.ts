import type { SKRSContext2D } from '@napi-rs/canvas';

/** Below every width that is drawn with, and above what is lost in writing a width down. */
const MARK = 1e-4;

/**
 * Skia cuts a dashed line into its pieces. For SVG a line is drawn whole, its dash hidden in the fourth decimal of its width,
 * and the file gets the dash back as what it is: smaller, and a line that an editor can still take hold of.
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

  /** The dashes back in the written file. */
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
