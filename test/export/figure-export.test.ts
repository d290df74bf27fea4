import { afterAll, describe, expect, it } from 'vitest';
import type { FigureOrder } from '#contract/exporter.ts';
import type { FigureFormat, FigureLayout } from '#core/figure/figure-request.ts';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';
import type { StudyRecord } from '#core/records.ts';
import { openFigureExporter } from '../../src-main/export/figure-export.ts';
import { readCsv } from '../support/csv-text.ts';
import { readPdf } from '../support/drawn-pdf.ts';
import type { DrawnMark } from '../support/drawn-svg.ts';
import { readAxes, svgMarks, svgTexts } from '../support/drawn-svg.ts';
import { figureRequest, sourceOf } from '../support/figure-fixture.ts';
import { randomStudy } from '../support/study-fixture.ts';

const STUDY = randomStudy({ policies: 3, seeds: [1, 2, 3] });
const SOURCE = sourceOf(STUDY);
const COMPARISON = figureRequest({ kind: 'comparison', view: { studies: [STUDY.id] } });
const exporter = openFigureExporter();
afterAll(() => exporter.close());

interface Choice {
  readonly figure?: FigureOrder['figure'];
  readonly layout?: Partial<FigureLayout>;
}

async function exported(format: FigureFormat, { figure = COMPARISON, layout = {} }: Choice = {}) {
  return exporter.render({ figure, layout: figureLayoutSchema.parse(layout), format }, SOURCE);
}

async function text(format: FigureFormat, choice?: Choice): Promise<string> {
  return new TextDecoder().decode((await exported(format, choice)).data);
}

/** Time saved in % and error delta in points of every pair of runs of an arm, counted here from the runs alone. */
function pairsOf(study: StudyRecord, arm: string) {
  const runOf = (name: string, seed: number) => study.runs.find((run) => run.arm === name && run.seed === seed);
  return study.seeds.map((seed) => {
    const [run, base] = [runOf(arm, seed), runOf('baseline', seed)];
    return {
      x: 100 * (1 - Number(run?.seconds.training) / Number(base?.seconds.training)),
      y: 100 * (Number(run?.testError) - Number(base?.testError)),
    };
  });
}

function withMean(places: readonly { readonly x: number; readonly y: number }[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...places, { x: mean(places.map(({ x }) => x)), y: mean(places.map(({ y }) => y)) }];
}

/** Okabe and Ito's first three, and what wears each: an arm and its equal-time baseline. */
const WEARERS = [
  ['#0072b2', 'cubic scaled 0.5'],
  ['#d55e00', 'cubic scaled 0.8'],
  ['#009e73', 'linear plain 0.5'],
] as const;

/** What an arm wears that another one dominates: halfway to the grey of print, then halfway to the paper. */
function paleOf(colour: string): string {
  const halfway = (from: number, to: number) => Math.round((from + to) / 2);
  const parts = [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16));
  return `#${parts.map((part) => halfway(halfway(part, 0x59), 0xff).toString(16).padStart(2, '0')).join('')}`;
}

/** Each of the expected places has a mark of its own nearby, and but for the legend's there are no others. */
function expectMarks(
  marks: readonly DrawnMark[],
  reading: ReturnType<typeof readAxes>,
  colour: string,
  arm: string,
): void {
  const expected = [...withMean(pairsOf(STUDY, arm)), ...withMean(pairsOf(STUDY, `${arm}, equal time`))];
  const worn = [colour, paleOf(colour)];
  const drawn = marks.filter((mark) => worn.includes(mark.colour.toLowerCase()) && mark.lineWidth === 1.5).map(reading);
  expect(drawn).toHaveLength(expected.length + 1);
  for (const { x, y } of expected) {
    expect(drawn.some((one) => Math.abs(one.x - x) < 0.1 && Math.abs(one.y - y) < 0.02)).toBe(true);
  }
}

const LABELS = [
  'training time saved (wall clock, %)',
  'speedup',
  'error delta (points)',
  'baseline, no freezing',
  'cubic scaled 0.5',
  'linear plain 0.5',
  'hollow: baseline, equal time',
  'pale: dominated by another arm',
  'Pareto front',
  'Study “quick”, n = 3 seeds: means with 95 % intervals (paired Student t) over faint single seeds.',
];

describe('an SVG', () => {
  it('has every seed and every mean where its axes say, and no other', async () => {
    const svg = await text('svg');
    const reading = readAxes(svgTexts(svg));
    for (const [colour, arm] of WEARERS) expectMarks(svgMarks(svg), reading, colour, arm);
    expect(svg).not.toContain('<image');
  });

  it('writes axes, legend and caption as text, each in one piece', async () => {
    const texts = svgTexts(await text('svg')).map((one) => one.text);
    for (const label of LABELS) expect(texts).toContain(label);
  });

  it.each([84, 174])('is exactly %d mm wide', async (widthMm) => {
    const svg = await text('svg', { layout: { widthMm, heightMm: 120 } });
    expect(svg).toMatch(
      new RegExp(
        `<svg [^>]*width="${widthMm}mm" height="120mm" viewBox="0 0 ${((widthMm / 25.4) * 96).toFixed(3).replace(/0+$/, '')} `,
      ),
    );
  });

  it('grows where its panels would be too low to read', async () => {
    const height = Number(
      /height="([\d.]+)mm"/.exec(await text('svg', { layout: { widthMm: 84, heightMm: 30 } }))?.[1],
    );
    expect(height).toBeGreaterThan(60);
  });

  it('is the same for the same numbers, and small', async () => {
    const [first, second] = [await text('svg'), await text('svg')];
    expect(second === first).toBe(true);
    expect(first.length).toBeLessThan(100_000);
  });

  it('leaves the caption out where it is not wanted', async () => {
    const texts = svgTexts(await text('svg', { layout: { caption: false } })).map((one) => one.text);
    expect(texts.join(' ')).not.toContain('Study “quick”');
  });

  it('keeps dashes as dashes of one line', async () => {
    expect(await text('svg')).toMatch(/stroke-width="1" stroke-dasharray="4 3"/);
  });
});

describe('a PDF', () => {
  it('has every seed and every mean where its axes say, and no other', async () => {
    const { data } = await exported('pdf');
    const { texts, marks, images } = await readPdf(data);
    // Labels stand on their baseline, 0.31 of the font below the tick.
    const reading = readAxes(texts, { baseline: 0.31 * 8 });
    for (const [colour, arm] of WEARERS) expectMarks(marks, reading, colour, arm);
    expect(images).toBe(0);
  });

  it('has the labels as text, and its font inside', async () => {
    const { data } = await exported('pdf');
    const { texts, fonts } = await readPdf(data);
    for (const label of LABELS) expect(texts.map((one) => one.text)).toContain(label);
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts) {
      expect(font.name).toContain('Arimo');
      expect(font.isEmbedded).toBe(true);
    }
  });

  it.each([84, 174])('is exactly %d mm wide, and small', async (widthMm) => {
    const { data } = await exported('pdf', { layout: { widthMm } });
    const { width } = await readPdf(data);
    expect((width / 72) * 25.4).toBeCloseTo(widthMm, 2);
    expect(data.length).toBeLessThan(100_000);
  });

  it('has its font in the size that was asked for', async () => {
    const { data } = await exported('pdf', { layout: { fontPt: 11 } });
    expect(new TextDecoder('latin1').decode(data.subarray(0, 8))).toMatch(/^%PDF-1/);
    const { texts } = await readPdf(data);
    expect(texts.some((one) => one.text === 'speedup')).toBe(true);
  });
});

describe('a PNG', () => {
  it.each([
    ['png-300', 300],
    ['png-600', 600],
  ] as const)('%s has the pixels and the resolution', async (format, dpi) => {
    const { data, extension } = await exported(format, { layout: { widthMm: 84, heightMm: 120 } });
    const bytes = Buffer.from(data);
    expect(extension).toBe('png');
    expect(bytes.readUInt32BE(16)).toBe(Math.round((84 / 25.4) * dpi));
    expect(bytes.readUInt32BE(20)).toBe(Math.round((120 / 25.4) * dpi));
    const place = bytes.indexOf('pHYs', 0, 'latin1');
    expect(place).toBe(37);
    expect(bytes.readUInt32BE(place + 4)).toBe(Math.round(dpi / 0.0254));
    expect(bytes.readUInt8(place + 12)).toBe(1);
  });
});

describe('pgfplots', () => {
  const numbersIn = (tex: string) =>
    [...tex.matchAll(/\((-?[\d.e-]+),(-?[\d.e-]+)\)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));

  it('has balanced braces and environments', async () => {
    for (const kind of ['comparison', 'curves', 'freeze-timeline', 'step-times', 'step-profile'] as const) {
      const tex = await text('pgfplots', { figure: REQUESTS[kind] });
      const plain = tex.replaceAll(/\\[\\{}%]/g, '');
      expect([...plain].filter((one) => one === '{')).toHaveLength([...plain].filter((one) => one === '}').length);
      const count = (what: string) => tex.split(what).length;
      expect(count('\\begin{axis}')).toBe(count('\\end{axis}'));
      expect(tex).toMatch(/^% .*\n(?:% .*\n)*\\documentclass/);
    }
  });

  it('has the very coordinates of seeds and means, and what the axes are', async () => {
    const tex = await text('pgfplots');
    for (const [, arm] of WEARERS) {
      for (const { x, y } of withMean(pairsOf(STUDY, arm))) {
        expect(numbersIn(tex).some((one) => Math.abs(one.x - x) < 1e-6 && Math.abs(one.y - y) < 1e-6)).toBe(true);
      }
    }
    expect(tex).toMatch(/\\node\[[^\]]*\] at \([^)]*\) \{\\raisebox\{[^}]*\}\{cubic scaled 0\.5\}\};/);
    expect(tex).toContain('xlabel={training time saved (wall clock, \\%)}');
    expect(tex).toMatch(/\\definecolor\{c\d\}\{HTML\}\{0072B2\}/);
  });

  it('has every legend entry and axis name on the page, where the drawing has it', async () => {
    const layout = { widthMm: 174, heightMm: 110 } as const;
    const [tex, svg] = [await text('pgfplots', { layout }), await text('svg', { layout })];
    for (const label of ['baseline, no freezing', 'cubic scaled 0.8', 'Pareto front']) {
      const [, x, y] =
        new RegExp(`at \\(([-\\d.]+)bp,([-\\d.]+)bp\\) \\{\\\\raisebox\\{[^}]*\\}\\{${label}\\}`).exec(tex) ?? [];
      const drawn = svgTexts(svg).find((one) => one.text === label);
      // Points from the lower edge here, pixels from the upper one there; the text hangs on another line of the letters.
      expect(Number(x) / 0.75).toBeCloseTo(Number(drawn?.x), 0);
      expect(Math.abs((110 / 25.4) * 96 - Number(y) / 0.75 - Number(drawn?.y))).toBeLessThan(6);
    }
    const places = [...tex.matchAll(/[xy]label style=\{at=\{\(axis description cs:([-\d.]+),([-\d.]+)\)\}/g)];
    expect(places.map(([, across, up]) => [Number(across), Number(up)])).toEqual([
      [0.5, expect.closeTo(-0.2, 1)],
      [expect.closeTo(-0.06, 1), 0.5],
      [0.5, expect.closeTo(1.2, 1)],
    ]);
  });

  it('draws no line where a band has no edge, and leaves an open mark open', async () => {
    const bands = await text('pgfplots', { figure: REQUESTS.curves });
    expect(bands).not.toMatch(/\\addplot\[mark=none\]/);
    expect(await text('pgfplots', { figure: REQUESTS['freeze-timeline'] })).toMatch(/only marks,mark=o,/);
  });

  it('knows logarithmic axes', async () => {
    const figure = figureRequest({ kind: 'curves', runs: [STUDY.runs[0].id], logY: true });
    expect(await text('pgfplots', { figure })).toContain('ymode=log');
  });
});

const RUNS = STUDY.runs.map((run) => run.id);
const REQUESTS = {
  comparison: COMPARISON,
  curves: figureRequest({ kind: 'curves', runs: RUNS, bands: true }),
  'epoch-times': figureRequest({ kind: 'epoch-times', runs: RUNS.slice(0, 4) }),
  'freeze-timeline': figureRequest({ kind: 'freeze-timeline', run: RUNS[3] }),
  'learning-rates': figureRequest({ kind: 'learning-rates', run: RUNS[3] }),
  'step-times': figureRequest({ kind: 'step-times', run: RUNS[3] }),
  'step-profile': figureRequest({ kind: 'step-profile', run: RUNS[3] }),
};

describe.each(Object.entries(REQUESTS))('%s', (_, figure) => {
  it.each([84, 174])('keeps every text inside a page of %d mm, none over another', async (widthMm) => {
    const svg = await text('svg', { figure, layout: { widthMm, heightMm: 90, fontPt: 7 } });
    const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
    const boxes = textBoxes(svg);
    expect(boxes.length).toBeGreaterThan(8);
    for (const box of boxes) {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(Number(width));
      expect(box.bottom).toBeLessThanOrEqual(Number(height));
    }
    for (const [index, one] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) {
        const isApart =
          one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
        expect(isApart || `${one.text} lies over ${other.text}`).toBe(true);
      }
    }
  });

  it('differs by dash or marker where colours are grey', async () => {
    const svg = await text('svg', { figure, layout: { greySafe: true } });
    const colours = [...svg.matchAll(/"#(\w\w)(\w\w)(\w\w)"/g)];
    for (const [, red, green, blue] of colours) expect(new Set([red, green, blue]).size).toBe(1);
  });
});

/** Boxes of the texts, the turned ones too, as wide as their glyphs and as high as small letters. */
function textBoxes(svg: string) {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes, words]) => {
    const xs = (/ x="([^"]*)"/.exec(attributes)?.[1] ?? '')
      .split(', ')
      .filter((one) => one !== '')
      .map(Number);
    const y = Number(/ y="([-\d.]+)/.exec(attributes)?.[1]);
    const size = Number(/font-size="([\d.]+)"/.exec(attributes)?.[1]);
    const [from, to] = [xs[0], xs[xs.length - 1] + 0.5 * size];
    const turned = /matrix\(0 (-?1) -?1 0 ([-\d.]+) ([-\d.]+)\)/.exec(attributes);
    const [, left = 0, top = 0] = (/translate\(([-\d.]+) ([-\d.]+)\)/.exec(attributes) ?? []).map(Number);
    if (turned === null)
      return { text: words, left: left + from, right: left + to, top: top + y - 0.6 * size, bottom: top + y };
    const [centerX, centerY] = [Number(turned[2]), Number(turned[3])];
    return {
      text: words,
      left: centerX - 0.3 * size,
      right: centerX + 0.3 * size,
      top: centerY - to,
      bottom: centerY - from,
    };
  });
}

describe('a CSV', () => {
  it('gives every number of the figure back', async () => {
    const [titles, ...rows] = readCsv(await text('csv'));
    const cell = (row: readonly string[], title: string) => row[titles.indexOf(title)];
    for (const [, arm] of WEARERS) {
      const seeds = rows.filter((row) => cell(row, 'arm') === arm && cell(row, 'mark') === 'seed');
      expect(seeds.map((row) => Number(cell(row, 'saved_wall_percent')))).toEqual(
        pairsOf(STUDY, arm).map(({ x }) => expect.closeTo(x, 9)),
      );
      expect(seeds.map((row) => Number(cell(row, 'errorDelta_points')))).toEqual(
        pairsOf(STUDY, arm).map(({ y }) => expect.closeTo(y, 9)),
      );
    }
  });
});

describe('the exporter', () => {
  it('hands over the caption and refuses what is gone', async () => {
    expect((await exported('svg')).caption).toContain('Study “quick”, n = 3 seeds');
    const gone = figureRequest({ kind: 'comparison', view: { studies: ['gone'] } });
    await expect(exported('svg', { figure: gone })).rejects.toThrow('not there');
  });

  it('draws several figures at a time, each from its own source', async () => {
    const other = { ...STUDY, name: 'the other one' };
    const layout = figureLayoutSchema.parse({});
    const [one, two] = await Promise.all([
      exporter.render({ figure: COMPARISON, layout, format: 'svg' }, SOURCE),
      exporter.render({ figure: COMPARISON, layout, format: 'svg' }, sourceOf(other)),
    ]);
    expect([one.caption.includes('quick'), two.caption.includes('the other one')]).toEqual([true, true]);
  });
});
