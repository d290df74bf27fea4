import { afterAll, describe, expect, it } from 'vitest';
import type { FigureFormat } from '#core/figure/figure-request.ts';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';
import { openFigureExporter } from '../../src-main/export/figure-export.ts';
import { svgTexts } from '../support/drawn-svg.ts';
import { clientOf } from '../support/figure-client.ts';
import { figureRequest, sourceOf } from '../support/figure-fixture.ts';
import { randomStudy } from '../support/study-fixture.ts';

const exporter = openFigureExporter();
afterAll(() => exporter.close());

/** A character that no font has: the last of the private ones. */
const NOWHERE = '\u{10fffd}';
const NAMES = [
  '日本語の研究',
  '中文 abc 中文',
  '한국어',
  'Кириллица',
  'ελληνικά',
  'עברית',
  '🧊🧊',
  'हिन्दी',
  'ไทย',
  'شبكة عصبية',
  'e\u0301té',
  'ӐӐ',
];

function named(name: string) {
  const study = { ...randomStudy({ policies: 1, seeds: [1, 2] }), name };
  return { ...study, runs: study.runs.map((run) => ({ ...run, studyName: name })) };
}

async function drawn(name: string, format: FigureFormat) {
  const study = named(name);
  const figure = figureRequest({ kind: 'comparison', view: { studies: [study.id] } });
  const layout = figureLayoutSchema.parse({ caption: true, widthMm: 174 });
  const { data, warnings } = await exporter.render({ figure, layout, format }, sourceOf(study));
  return { data, warnings };
}

const squeezed = (text: string) => text.normalize('NFC').replaceAll(/\s/g, '');

describe('names in a figure', () => {
  it.each(NAMES)('are whole in an SVG, whatever fonts this machine has: %s', async (name) => {
    const { data } = await drawn(name, 'svg');
    const svg = new TextDecoder().decode(data);
    const texts = svgTexts(svg).map(({ text }) => text);
    expect(squeezed(texts.join(''))).toContain(squeezed(name));
    expect(svg).not.toMatch(/font-family="(?!Arimo, )/);
  });

  it('stand where they belong: what follows a foreign text begins behind it', async () => {
    const { data } = await drawn('中文 abc', 'svg');
    const texts = svgTexts(new TextDecoder().decode(data));
    const foreign = texts.findIndex(({ text }) => text === '中文');
    const [before, after] = [texts[foreign], texts[foreign + 1]];
    expect(after.y).toBe(before.y);
    // Two letters as wide as the font is high, and a space of 0.278 of that: 8 points are 10.67 pixels.
    expect(after.x - before.x).toBeCloseTo((2.278 * 8 * 96) / 72, 1);
  });

  it.each(['svg', 'pdf', 'png-300'] as const)('are warned of where no font has them, in %s', async (format) => {
    const { warnings } = await drawn(`x${NOWHERE}`, format);
    expect(warnings).toEqual([
      expect.stringContaining(`No font of this machine has ${NOWHERE}: PDF and PNG files show boxes`),
    ]);
    expect((await drawn('Ünï Кириллица', format)).warnings).toEqual([]);
  });

  it('are warned of in a report too', async () => {
    const study = named(NOWHERE);
    const order = { studies: [study.id], format: 'html' } as const;
    const { warnings } = await exporter.renderStudy(order, clientOf(sourceOf(study)));
    expect(warnings).toEqual([expect.stringContaining(NOWHERE)]);
  });
});
