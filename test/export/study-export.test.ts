import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { classCosts } from '#core/analysis/class-costs.ts';
import { compareStudy } from '#core/analysis/comparison.ts';
import { percent, signedPoints } from '#core/analysis/quantity.ts';
import { splitErrors } from '#core/classes/class-errors.ts';
import type { FigureSource } from '#core/figure/built-figure.ts';
import type { StudyFileFormat } from '#core/figure/figure-request.ts';
import { toJson } from '#core/numbers.ts';
import { studySpecOf } from '#core/report/repeat.ts';
import { parseStudySpec } from '#core/study.ts';
import { openFigureExporter } from '../../src-main/export/figure-export.ts';
import { readCsv } from '../support/csv-text.ts';
import { clientOf } from '../support/figure-client.ts';
import { sourceOf } from '../support/figure-fixture.ts';
import { drawnPredictions } from '../support/predictions.ts';
import { randomStudy } from '../support/study-fixture.ts';

const STUDY = randomStudy({ policies: 2, seeds: [1, 2, 3] });
const COMPARISON = compareStudy(STUDY);
const SOURCE = sourceOf(STUDY);
const exporter = openFigureExporter();
afterAll(() => exporter.close());

async function exported(format: StudyFileFormat, source = SOURCE): Promise<Uint8Array> {
  const pieces = exporter.studyPieces({ study: STUDY.id, format }, clientOf(source), { warn: () => undefined });
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return new Uint8Array(Buffer.concat(parts));
}

async function text(format: StudyFileFormat): Promise<string> {
  return new TextDecoder().decode(await exported(format));
}

describe('a study as CSV', () => {
  it('has the profile of each run, and their mean', async () => {
    const runs = STUDY.runs.map((run) => ({ ...run, profileSaved: 0.1 * run.seed }));
    const profiled = {
      ...SOURCE,
      study: async () => ({ ...STUDY, runs }),
      compare: async () => compareStudy({ ...STUDY, runs }),
      run: async (id: string) => ({
        ...(await SOURCE.run(id)),
        profileSaved: runs.find((run) => run.id === id)?.profileSaved ?? null,
      }),
    };
    const [titles, arm, first] = readCsv(new TextDecoder().decode(await exported('csv', profiled)));
    expect(Number(arm[titles.indexOf('saved.profile')])).toBeCloseTo(0.2, 12);
    // The mean of 0.1, 0.2 and 0.3; t(0.975, 2) x 0.1 / sqrt(3) = 0.2484
    expect(Number(arm[titles.indexOf('ci.profile.high')])).toBeCloseTo(0.4484, 4);
    expect(Number(first[titles.indexOf('saved.profile')])).toBeCloseTo(0.1, 12);
  });

  it('has the hash of data and of weights of each run, as Parquet has', async () => {
    const [data, weights] = [{ sha256: 'a'.repeat(64), location: null }, { sha256: 'b'.repeat(64) }];
    const hashed = { ...SOURCE, run: async (id: string) => ({ ...(await SOURCE.run(id)), data, weights }) };
    const [titles, , first] = readCsv(new TextDecoder().decode(await exported('csv', hashed)));
    expect(['data.sha256', 'weights.sha256'].map((title) => first[titles.indexOf(title)])).toEqual([
      data.sha256,
      weights.sha256,
    ]);
    const file = (await exported('parquet', hashed)).buffer as ArrayBuffer;
    const [epoch] = await parquetReadObjects({ file });
    expect(epoch).toMatchObject({ runDataSha256: data.sha256, runWeightsSha256: weights.sha256 });
  });

  it('has a row for each arm with its interval, and one for each run with its differences', async () => {
    const [titles, ...rows] = readCsv(await text('csv'));
    const cell = (row: readonly string[], title: string) => row[titles.indexOf(title)];
    expect(rows.every((row) => row.length === titles.length)).toBe(true);
    const of = (kind: string) => rows.filter((row) => cell(row, 'row') === kind);
    expect([of('arm').length, of('run').length]).toEqual([COMPARISON.arms.length, STUDY.runs.length]);
    COMPARISON.arms.forEach((arm, index) => {
      const row = of('arm')[index];
      expect(cell(row, 'arm')).toBe(arm.name);
      expect(Number(cell(row, 'saved.wall'))).toBe(arm.saved.wall);
      expect(Number(cell(row, 'ci.errorDelta.high'))).toBe(arm.ci.errorDelta?.[1]);
      expect(cell(row, 'saved.profile')).toBe('');
    });
    for (const run of STUDY.runs) {
      const row = of('run').find((one) => cell(one, 'runId') === run.id) ?? [];
      const base = STUDY.runs.find((one) => one.arm === 'baseline' && one.seed === run.seed);
      expect(Number(cell(row, 'testError'))).toBe(run.testError);
      expect(Number(cell(row, 'errorDelta'))).toBeCloseTo(100 * (Number(run.testError) - Number(base?.testError)), 9);
      expect(Number(cell(row, 'saved.wall'))).toBeCloseTo(1 - run.seconds.training / Number(base?.seconds.training), 9);
    }
  });
});

describe('a study as JSON', () => {
  it('has the study, its comparison and every run with its epochs, NaN by name', async () => {
    const diverged = {
      ...SOURCE,
      run: async (id: string) => {
        const run = await SOURCE.run(id);
        return { ...run, epochs: run.epochs.map((epoch) => ({ ...epoch, trainLoss: Number.NaN })) };
      },
    };
    const json = JSON.parse(new TextDecoder().decode(await exported('json', diverged)));
    expect(json.study).toMatchObject({ id: STUDY.id, name: STUDY.name, seeds: [1, 2, 3] });
    expect(json.comparison).toEqual(JSON.parse(JSON.stringify(COMPARISON)));
    expect(json.runs).toHaveLength(STUDY.runs.length);
    expect(json.runs[0].epochs).toHaveLength(10);
    expect(json.runs[0].epochs[0].trainLoss).toBe('NaN');
  });
});

describe('the predictions of a study', () => {
  const predictionsOf = (id: string) => [
    drawnPredictions({
      classNames: Array.from({ length: 12 }, (_, index) => `class ${index}`),
      images: 50,
      seed: STUDY.runs.findIndex((run) => run.id === id),
      errorOf: (index) => 0.02 * index,
    }),
  ];
  const counted: FigureSource = {
    ...SOURCE,
    run: async (id) => ({ ...(await SOURCE.run(id)), splitErrors: predictionsOf(id).map(splitErrors) }),
    predictions: async (id) => predictionsOf(id),
    classCosts: async () => classCosts(STUDY, (id) => predictionsOf(id)[0]),
  };
  const [{ id }] = STUDY.runs;
  const [numbers] = predictionsOf(id).map(splitErrors);

  it('are in its CSV and Parquet files as numbers of each run', async () => {
    const [titles, ...rows] = readCsv(new TextDecoder().decode(await exported('csv', counted)));
    const row = rows.find((cells) => cells[titles.indexOf('runId')] === id) ?? [];
    expect(Number(row[titles.indexOf('balancedAccuracy')])).toBe(numbers.balancedAccuracy);
    expect(Number(row[titles.indexOf('topFiveError')])).toBe(numbers.topFiveError);
    const data = await exported('parquet', counted);
    const epochs = await parquetReadObjects({ file: data.buffer as ArrayBuffer });
    expect(epochs.find(({ runId }) => runId === id)).toMatchObject({
      runBalancedAccuracy: numbers.balancedAccuracy,
      runTopFiveError: numbers.topFiveError,
    });
  });

  it('are whole in its JSON file, and its report says which classes pay', async () => {
    const json = JSON.parse(new TextDecoder().decode(await exported('json', counted)));
    expect(json.runs.find((run: { id: string }) => run.id === id).predictions).toEqual(predictionsOf(id));
    expect(json.classCosts.arms[0].classes).toHaveLength(12);
    const html = new TextDecoder().decode(await exported('html', counted));
    expect(html).toContain('<h3>Classes</h3>');
    expect(html).toContain('the error of each class of the test images minus that of the baseline');
    expect(await text('html')).not.toContain('<h3>Classes</h3>');
  });
});

describe('a study as Parquet', () => {
  it('gives every epoch back, with what its run is', async () => {
    const data = await exported('parquet');
    const rows = await parquetReadObjects({ file: data.buffer as ArrayBuffer });
    expect(rows).toHaveLength(10 * STUDY.runs.length);
    for (const run of STUDY.runs) {
      const epochs = rows.filter((row) => row.runId === run.id);
      const { epochs: expected } = await SOURCE.run(run.id);
      expect(epochs.map((row) => row.trainLoss)).toEqual(expected.map((epoch) => epoch.trainLoss));
      expect(epochs.map((row) => row.trainingSeconds)).toEqual(expected.map((epoch) => epoch.seconds.training));
      expect(epochs[0]).toMatchObject({
        study: 'quick',
        arm: run.arm,
        seed: run.seed,
        epoch: 1,
        runTestError: run.testError,
      });
    }
  });

  it('says what else the machine did in each epoch', async () => {
    const conditions = { otherLoad: 0.25, throttledSeconds: 1.5, thermalThrottles: 1e15, frequencyMHz: 2600.5 };
    const source = {
      ...SOURCE,
      run: async (id: string) => {
        const run = await SOURCE.run(id);
        return { ...run, epochs: run.epochs.map((epoch) => ({ ...epoch, conditions })) };
      },
    };
    const [row] = await parquetReadObjects({ file: (await exported('parquet', source)).buffer as ArrayBuffer });
    expect(row).toMatchObject(conditions);
  });

  it('keeps what is unknown and what is not a number apart', async () => {
    const source = {
      ...SOURCE,
      run: async (id: string) => {
        const run = await SOURCE.run(id);
        const epochs = run.epochs.map((epoch) => ({ ...epoch, trainLoss: Number.NaN, validationLoss: null }));
        return { ...run, epochs, testError: null };
      },
    };
    const [row] = await parquetReadObjects({ file: (await exported('parquet', source)).buffer as ArrayBuffer });
    expect(row.trainLoss).toBeNaN();
    expect(row.validationLoss ?? null).toBeNull();
    expect(row.runTestError ?? null).toBeNull();
  });

  it('of a study without an epoch has its columns', async () => {
    const source = { ...SOURCE, run: async (id: string) => ({ ...(await SOURCE.run(id)), epochs: [] }) };
    expect(await parquetReadObjects({ file: (await exported('parquet', source)).buffer as ArrayBuffer })).toEqual([]);
  });
});

describe('a report', () => {
  it('has verdicts, numbers, run ids and figures', async () => {
    const html = await text('html');
    for (const { text: verdict } of COMPARISON.verdicts) expect(html).toContain(verdict);
    for (const arm of COMPARISON.arms.slice(1)) {
      expect(html).toContain(`${percent(arm.saved.wall)} [${arm.ci.wall?.map((end) => percent(end)).join(', ')}]`);
      expect(html).toContain(`${signedPoints(arm.errorDelta)} [${arm.ci.errorDelta?.map(signedPoints).join(', ')}]`);
    }
    for (const run of STUDY.runs) expect(html).toContain(`<td class="text">${run.id}</td>`);
    expect(html.match(/<svg /g)?.length).toBeGreaterThanOrEqual(5);
    expect(html).toContain('fashion-mnist');
  });

  it('runs no script and fetches nothing', async () => {
    const html = await text('html');
    const tags = html.match(/<[^>]+>/g) ?? [];
    expect(tags.filter((tag) => /^<\/?(script|link|iframe|object|embed|img|image|use|a)\b/i.test(tag))).toEqual([]);
    expect(tags.filter((tag) => /\s(on\w+|src|href|xlink:href|srcset|action)\s*=/i.test(tag))).toEqual([]);
    expect(html).not.toMatch(/https?:\/\/|@import|url\((?!#)/);
    expect(html).toContain('default-src &#39;none&#39;');
  });

  it('gives every clip path of every figure an id of its own', async () => {
    const html = await text('html');
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of html.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });

  it('is of several studies, with what they say together and one spec for all', async () => {
    const other = { ...STUDY, id: 'study-2', name: 'other' };
    const client = clientOf(sourceOf(STUDY, other));
    const order = { studies: [STUDY.id, other.id] };
    const html = new TextDecoder().decode((await exporter.renderStudy({ ...order, format: 'html' }, client)).data);
    expect(html).toContain('<h2>Across studies</h2>');
    for (const paragraph of ['Data', 'Schedules']) expect(html.split(`<b>${paragraph}.</b>`)).toHaveLength(2);
    const spec = JSON.parse(
      new TextDecoder().decode((await exporter.renderStudy({ ...order, format: 'spec' }, client)).data),
    );
    expect(spec.studies.map(parseStudySpec)).toEqual([STUDY, other].map(studySpecOf));
  });

  it('has methods, the spec and the citation', async () => {
    const html = await text('html');
    const plain = html.replaceAll('&quot;', '"').replaceAll('&#39;', "'");
    expect(plain).toContain('The first 10,000 images of the training file are trained on');
    expect(plain).toContain('r_i = x_i³ with x_i = 0.5 + 0.5 i/N; lr_i(0) = a / r_i (scaled)');
    expect(plain).toContain('npm run lab -- study report.json');
    expect(plain).toContain('@article{brock2017freezeout');
    const spec = plain.match(/<pre><code>(\{[\s\S]*?\})<\/code>/)?.[1] ?? '';
    expect(parseStudySpec(JSON.parse(spec))).toEqual(studySpecOf(STUDY));
  });

  it('reads in the light, in the dark and in print', async () => {
    const html = await text('html');
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).toContain('@media print');
  });
});

describe('a study that is written piece by piece', () => {
  /** Its runs have so many epochs, of which the first ones make the first group of rows of Parquet. */
  const LONG = 700;
  const long: FigureSource = {
    ...SOURCE,
    run: async (id) => {
      const run = await SOURCE.run(id);
      const epochs = Array.from({ length: LONG }, (_, index) => ({ ...run.epochs[0], epoch: index + 1 }));
      return { ...run, epochs };
    },
  };

  it('has the same JSON as at once', async () => {
    const { runs: records, ...study } = STUDY;
    const order = COMPARISON.arms.map(({ name }) => name);
    const sorted = records.toSorted(
      (one, other) => order.indexOf(one.arm ?? '') - order.indexOf(other.arm ?? '') || one.seed - other.seed,
    );
    const runs = await Promise.all(sorted.map(async ({ id }) => ({ ...(await long.run(id)), predictions: [] })));
    const whole = { study, comparison: COMPARISON, classCosts: await SOURCE.classCosts(STUDY.id), runs };
    expect(new TextDecoder().decode(await exported('json', long))).toBe(`${toJson(whole, 2)}\n`);
    const empty = { ...SOURCE, study: async () => ({ ...STUDY, runs: [] }) };
    const text = new TextDecoder().decode(await exported('json', empty));
    expect(text).toBe(`${toJson({ ...whole, runs: [] }, 2)}\n`);
  });

  it('has the same groups of rows in Parquet as at once', async () => {
    const file = (await exported('parquet', long)).buffer as ArrayBuffer;
    const { row_groups: groups, num_rows: rows } = parquetMetadata(file);
    const all = LONG * STUDY.runs.length;
    expect([Number(rows), groups.map((group) => Number(group.num_rows))]).toEqual([all, [1000, all - 1000]]);
    const read = await parquetReadObjects({ file });
    const columnData = Object.keys(read[0]).map((name) => ({
      ...{ name, nullable: true },
      data: read.map((row) => row[name]),
    }));
    const types = new Map(parquetMetadata(file).schema.map(({ name, type }) => [name, type]));
    const typed = columnData.map((column) => ({
      ...column,
      type: types.get(column.name) === 'BYTE_ARRAY' ? ('STRING' as const) : (types.get(column.name) as 'DOUBLE'),
    }));
    const atOnce = parquetWriteBuffer({ columnData: typed, createdBy: 'FreezeOut Lab' });
    expect(Buffer.from(file).equals(Buffer.from(atOnce))).toBe(true);
  });

  it('tells how many of its runs were read, and ends where it is told to', async () => {
    const stop = new AbortController();
    const told: number[] = [];
    const watching = {
      signal: stop.signal,
      told: ({ runs }: { runs: number }) => told.push(runs),
      warn: () => undefined,
    };
    const pieces = exporter.studyPieces({ study: STUDY.id, format: 'json' }, clientOf(long), watching);
    await expect(
      (async () => {
        for await (const _piece of pieces) stop.abort();
      })(),
    ).rejects.toThrow(/abort/);
    expect(told).toEqual([expect.any(Number)]);
    expect(told[0]).toBeLessThan(STUDY.runs.length);
  });
});
