import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImportNews } from '#core/exchange/import-news.ts';
import { toJson } from '#core/numbers.ts';
import { runEventSchema } from '#core/run-event.ts';
import { openHost } from '../../src-main/host.ts';
import { DrawnNumbers } from './drawn-numbers.ts';
import { pageTexts } from './extreme-pages.ts';
import { askAll, exportAll, type Told } from './extreme-reading.ts';
import { ExtremeStudy, TYPES } from './extreme-study.ts';

/** `npm run soak:numbers` tries many more. */
const STUDIES = Number(process.env.EXTREME_STUDIES ?? 2);
/** Of twelve in each file. */
const LEAST_RUNS = 6;
/** Answers, texts and files: each of the runs has a dozen. */
const LEAST_TOLD = 200;
const LIMIT_MS = 120_000 + STUDIES * 60_000;

type Imported = Extract<ImportNews, { readonly type: 'imported' }>;

/** Texts in which a number that is none would be read; lists of numbers and JSON may have losses that are NaN. */
const NO_NUMBER = /\b(NaN|Infinity|undefined)\b|\[object |−0(?![.\d])/;

async function problems(lines: readonly unknown[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'freezeout-extreme-'));
  const host = await openHost({ home: join(folder, 'home'), serve: false });
  try {
    const path = join(folder, 'lines.ndjson');
    writeFileSync(path, lines.map((line) => `${toJson(line)}\n`).join(''));
    let last: ImportNews | null = null;
    for await (const news of await host.client.runs.import({ path })) last = news;
    if (last?.type !== 'imported') return [`The import says ${toJson(last)}.`];
    const shown = { runs: (await host.client.runs.list({})).map(({ id }) => id), studies: last.studyIds };
    const told = [...(await askAll(host.client, shown)), ...(await pageTexts(host.client, shown))];
    told.push(...(await exportAll(host.client, { ...shown, runs: shown.runs.slice(-3) })));
    if (told.length < LEAST_TOLD) return [`Only ${told.length} answers came.`];
    return [...(await host.client.rows.unreadable({})), ...leftOut(last, shown.runs), ...told.flatMap(problemsIn)];
  } finally {
    await host.close('The test is over.');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Numbers may contradict each other, and then a run is left out; but not most runs are, and none without a sentence. */
function leftOut({ leftOut: sentences }: Imported, runs: readonly string[]): readonly string[] {
  return runs.length < LEAST_RUNS ? sentences : sentences.filter((text) => !/^Run [^\n]+\.$/.test(text));
}

function problemsIn({ from, answer, failure }: Told): readonly string[] {
  if (failure !== null) return [`${from} failed: ${failure}`];
  const isOfNumbers = /^numbers|^json|events|export/.test(from);
  const texts = isOfNumbers ? [] : textsIn(answer);
  // A loss may be NaN, which its cells say.
  const cells = /loss|compared numbers/.test(from) ? texts.filter((text) => text !== 'NaN') : texts;
  return cells.filter((text) => NO_NUMBER.test(text)).map((text) => `${from}: ${around(text)}`);
}

function around(text: string): string {
  const place = NO_NUMBER.exec(text)?.index ?? 0;
  return text.slice(Math.max(0, place - 80), place + 80);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.values(value).flatMap(textsIn);
}

describe('numbers at the ends of their ranges', () => {
  it('are of every type of event', () => {
    const types = runEventSchema.options.map(({ shape }) => shape.type.value);
    expect(types.filter((type) => !TYPES.has(type))).toEqual([]);
  });

  it(
    'are imported, compared, shown and exported',
    () =>
      fc.assert(
        fc.asyncProperty(fc.nat(), fc.constantFrom(1, 3, 12), async (seed, oneIn) => {
          expect(await problems(new ExtremeStudy(new DrawnNumbers(seed), oneIn).lines())).toEqual([]);
        }),
        { numRuns: STUDIES, seed: 20_261_130, endOnFailure: true },
      ),
    LIMIT_MS,
  );
});
