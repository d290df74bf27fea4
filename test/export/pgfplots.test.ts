import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figureLayoutSchema } from '#core/figure/figure-request.ts';
import { openFigureExporter } from '../../src-main/export/figure-export.ts';
import { readPdf } from '../support/drawn-pdf.ts';
import { figureRequest, sourceOf } from '../support/figure-fixture.ts';
import { randomStudy } from '../support/study-fixture.ts';

const run = promisify(execFile);
const exporter = openFigureExporter();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-tex-'));
});
afterAll(async () => {
  await exporter.close();
  await rm(folder, { recursive: true });
});

const SPECIAL = 'a_b 50% & #1 {x} \\y ^ ~ $z$ <"\'`|-- “q”…';
/** Every letter that is written as it is. */
const LATIN = 'ÀÿĄąĐđĒĚěĹľŁłŃŇňŊŐőŔŘřŚŠšŢťŮůŰűŸŹŻžŽ';
const OTHERS = 'Кириллица Ħ ελληνικά שלום 日本語 \u{10fffd}';

async function tex(name: string): Promise<string> {
  const study = { ...randomStudy({ policies: 2, seeds: [1, 2] }), name };
  const runs = study.runs.map((one) => ({ ...one, studyName: name }));
  const figure = figureRequest({ kind: 'comparison', view: { studies: [study.id] } });
  const order = { figure, layout: figureLayoutSchema.parse({ caption: true }), format: 'pgfplots' } as const;
  const { data } = await exporter.render(order, sourceOf({ ...study, runs }));
  return new TextDecoder().decode(data);
}

describe('a pgfplots document', () => {
  it('says which LaTeX it wants where letters are beyond Latin, and is the old one elsewhere', async () => {
    expect(await tex(OTHERS)).toContain(
      '% Some names have letters beyond Latin: compile this file with lualatex or xelatex.',
    );
    expect(await tex(`${SPECIAL} ${LATIN}`)).not.toContain('otherletters');
  });

  const NAMES = {
    pdflatex: { [SPECIAL]: 'a_b50%&#1{x}\\y', [LATIN]: '', [OTHERS]: 'U+041AU+0438U+0440' },
    lualatex: { [OTHERS]: 'U+10FFFD' },
    xelatex: { [OTHERS]: 'U+10FFFD' },
  };

  describe.each(Object.entries(NAMES))('compiled by %s', (engine, names) => {
    const isThere = spawnSync(engine, ['--version']).status === 0;

    it.skipIf(!isThere)(
      `is one page with the name of the study (skipped where there is no ${engine})`,
      async () => {
        for (const [name, shown] of Object.entries(names)) expect(await compiled(engine, name)).toContain(shown);
      },
      300_000,
    );
  });
});

/** The text of the page that LaTeX makes, without spaces. */
async function compiled(engine: string, name: string): Promise<string> {
  await writeFile(join(folder, 'figure.tex'), await tex(name));
  await run(engine, ['-interaction=nonstopmode', '-halt-on-error', 'figure.tex'], { cwd: folder });
  const { texts } = await readPdf(await readFile(join(folder, 'figure.pdf')));
  const whole = texts.map(({ text }) => text).join('');
  return whole.replaceAll(/\s/g, '');
}
