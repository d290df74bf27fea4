import { afterAll, describe, expect, it } from 'vitest';
import type { FigureFormat } from '#core/figure/figure-request.ts';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';
import type { StudyRecord } from '#core/records.ts';
import { openFigureExporter } from '../../src-main/export/figure-export.ts';
import { texText } from '../../src-main/export/tex-text.ts';
import { readPdf } from '../support/drawn-pdf.ts';
import { svgTexts } from '../support/drawn-svg.ts';
import { clientOf } from '../support/figure-client.ts';
import { figureRequest, sourceOf } from '../support/figure-fixture.ts';
import { randomStudy } from '../support/study-fixture.ts';

const exporter = openFigureExporter();
afterAll(() => exporter.close());

const HOSTILE = {
  'a script': '<script>alert("1")</script>',
  'a handler': '"><img src=x onerror=alert(1)>',
  'an end of a section': ']]><svg onload="x()"/>',
  entities: '&amp; &lt; &#x3c;script&#62; &undefined;',
  'control characters': 'a\u0000b\u0007c\u001b[31md\u007fe\u0085f',
  'marks that turn the text': '\u202Eevil\u202C \u2066x\u2069 \u200F',
  'halves of characters': 'a\uD800b\uDC00c\uFFFE',
  'line ends': 'one\r\ntwo\nthree\u2028four',
  '10,000 characters': 'long name '.repeat(1000),
  'one word of 10,000 characters': 'x'.repeat(10_000),
  TeX: '\\input{/etc/passwd} $x^2$ 50% {a} #1 ~ \\end{document} & _ ^',
  'a comment of TeX and the end of its line': 'a%b\n\\immediate\\write18{ls}',
  'another script': 'Studie Ümlaut 研究 🧊 <b>',
};

function named(name: string): StudyRecord {
  const study = randomStudy({ policies: 1, seeds: [1, 2] });
  const rename = (text: string) => text.replace('cubic scaled 0.5', name);
  return {
    ...study,
    name,
    arms: study.arms.map((arm) => ({ ...arm, name: rename(arm.name), of: arm.of === null ? null : rename(arm.of) })),
    runs: study.runs.map((run) => ({ ...run, studyName: name, arm: rename(run.arm ?? '') })),
  };
}

async function drawn(name: string, format: FigureFormat): Promise<Uint8Array> {
  const study = named(name);
  const figure = figureRequest({ kind: 'comparison', view: { studies: [study.id] } });
  const layout = figureLayoutSchema.parse({});
  return (await exporter.render({ figure, layout, format }, sourceOf(study))).data;
}

const decoded = async (data: Promise<Uint8Array>) => new TextDecoder().decode(await data);
/** What XML 1.0 cannot hold, and what turns the direction of text. */
const FORBIDDEN = /(?![\t\n])[\p{Cc}\p{Bidi_Control}\u{FFFE}\u{FFFF}]/u;

describe.each(Object.entries(HOSTILE))('a study whose name has %s', (_, name) => {
  it('is text in an SVG and nothing else', async () => {
    const svg = await decoded(drawn(name, 'svg'));
    const tags = [...svg.matchAll(/<\/?([a-zA-Z]+)/g)].map(([, tag]) => tag);
    expect([...new Set(tags)].sort()).toEqual(['clipPath', 'g', 'path', 'rect', 'svg', 'text', 'title']);
    expect(svg).not.toMatch(FORBIDDEN);
    expect(svg.replaceAll(/&(lt|gt|amp|quot|#39);/g, '')).not.toContain('&');
    expect(svg.length).toBeLessThan(100_000);
    expect(svgTexts(svg).length).toBeGreaterThan(10);
  });

  it('is a PDF that opens', async () => {
    const { texts } = await readPdf(await drawn(name, 'pdf'));
    expect(texts.length).toBeGreaterThan(10);
  });

  it('is inert in TeX', async () => {
    const tex = await decoded(drawn(name, 'pgfplots'));
    const commands = new Set([...tex.matchAll(/\\([a-zA-Z]+)/g)].map(([, command]) => command));
    for (const command of ['input', 'immediate', 'write']) expect(commands.has(command)).toBe(false);
    expect(tex.match(/\\end\{document\}/g)).toHaveLength(1);
    const plain = tex.replaceAll(/\\[\\{}%&#$_]/g, '');
    expect(plain.split('{').length).toBe(plain.split('}').length);
    expect(tex).not.toMatch(FORBIDDEN);
    const beforeDocument = tex.slice(0, tex.indexOf('\\documentclass'));
    expect(beforeDocument.split('\n').every((line) => line === '' || line.startsWith('%'))).toBe(true);
  });

  it('is text in a report and nothing else', async () => {
    const study = named(name);
    const { data } = await exporter.renderStudy({ studies: [study.id], format: 'html' }, clientOf(sourceOf(study)));
    const html = new TextDecoder().decode(data);
    const tags = html.match(/<[^>]+>/g) ?? [];
    expect(tags.filter((tag) => /^<\/?(script|img|iframe|b>.+|object)\b/i.test(tag))).toEqual([]);
    expect(tags.filter((tag) => /\son\w+\s*=/i.test(tag))).toEqual([]);
    expect(html).not.toMatch(FORBIDDEN);
  });
});

describe('texText', () => {
  it('prints every character of TeX as it is', () => {
    expect(texText('a_b & 50% #1 {x} \\y ^ ~ $')).toBe(
      'a\\_b \\& 50\\% \\#1 \\{x\\} \\textbackslash{}y \\textasciicircum{} \\textasciitilde{} \\$',
    );
    expect(texText('−1 × 2 – “q”… 研')).toBe(
      '\\ensuremath{-}1 \\ensuremath{\\times} 2 \\textendash{} \\textquotedblleft{}q\\textquotedblright{}\\ldots{} \\otherletters{研}{U+7814}{7814}',
    );
  });
});
