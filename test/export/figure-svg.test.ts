import { describe, expect, it } from 'vitest';
import { compareStudy } from '#core/analysis/comparison.ts';
import { comparisonFigure } from '#core/analysis/figure.ts';
import { PAPER_SIZE, renderSvg } from '../../src-main/export/figure-svg.ts';
import { randomStudy } from '../support/study-fixture.ts';

function svgOf(policies: number, seeds: readonly number[], studyName = 'quick'): string {
  return renderSvg(comparisonFigure({ comparison: compareStudy(randomStudy({ policies, seeds })), studyName }));
}

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
}

/** Where the first and the last character of every text stand, but of the turned one at the left axis. */
function horizontalPlaces(svg: string) {
  const texts = svg.matchAll(
    /<text fill="[^"]*"(?: transform="translate\(([^"]*)\)")? font[^>]* x="([^"]*), " y="([^"]*), "/g,
  );
  return [...texts].map(([, shift = '0 0', xs, y]) => {
    const [shiftX, shiftY] = shift.split(' ').map(Number);
    const characters = xs.split(',').map(Number);
    return { left: shiftX + characters[0], right: shiftX + Number(characters.at(-1)), y: shiftY + Number(y) };
  });
}

describe('renderSvg', () => {
  it('draws a page-wide vector figure on white', () => {
    const svg = svgOf(3, [1, 2, 3]);
    expect(PAPER_SIZE.width / 96).toBeCloseTo(174 / 25.4, 1);
    expect(svg).toMatch(/^<\?xml[^>]*\?><svg [^>]*width="658" height="416">/);
    expect(svg).toContain('<rect fill="white" width="658" height="416"/>');
    expect(svg).not.toContain('<image');
  });

  it('writes axes, legend and caption as text, each in one piece', () => {
    const texts = textsOf(svgOf(3, [1, 2, 3]));
    for (const text of [
      'training time saved (wall clock, %)',
      'speedup',
      'error delta (points)',
      'baseline, no freezing',
      'cubic scaled 0.5',
      'linear plain 0.5',
      'hollow: baseline, equal time',
      'Pareto front',
      'Study “quick”, n = 3 seeds: means with 95 % intervals (paired Student t) over faint single seeds.',
    ]) {
      expect(texts).toContain(text);
    }
  });

  it('cannot be made to carry markup by a name', () => {
    const svg = svgOf(1, [1], '<script>alert("1")</script> & co');
    expect(svg).not.toContain('<script');
    expect(textsOf(svg).join(' ')).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; co');
  });

  it('keeps every text inside the frame, with 7 arms as with none', () => {
    for (const svg of [svgOf(7, [1, 2, 3]), svgOf(0, [1]), svgOf(3, [])]) {
      const places = horizontalPlaces(svg);
      expect(places.length).toBeGreaterThan(10);
      for (const { left, right, y } of places) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThan(PAPER_SIZE.width - 4);
        expect(y).toBeLessThan(PAPER_SIZE.height);
      }
    }
  });

  it('gives the same figure for the same comparison', () => {
    // Skia numbers its clip paths over all figures of a process.
    const [first, second] = [svgOf(2, [1, 2]), svgOf(2, [1, 2])].map((svg) => svg.replaceAll(/cl_[0-9a-f]+/g, 'clip'));
    expect(second === first).toBe(true);
  });
});
