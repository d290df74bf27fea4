import type { AnyContractProcedure } from '@orpc/contract';
import type { z } from 'zod';
import type { LabClient } from '#contract/client.ts';
import { contract } from '#contract/contract.ts';
import type { FigureExporter } from '#contract/exporter.ts';
import { figureSource } from '#contract/figure-source.ts';
import type { Access } from '#contract/procedure.ts';
import { AppError } from '#core/errors.ts';
import { runCharts } from '#core/figure/figure.ts';
import { figureLayoutSchema, type StudyTableFormat } from '#core/figure/figure-request.ts';
import type { RunDetail } from '#core/records.ts';
import { CURVE_SERIES, EPOCH_SERIES } from '#core/series/series-lists.ts';
import { openFigureExporter } from '../../src-main/export/figure-export.ts';
import { labTools } from '../../src-main/lab-tools.ts';

/** The runs and studies of a home. */
export interface Shown {
  readonly runs: readonly string[];
  readonly studies: readonly string[];
}

/** What procedures are asked that take more than one run, one study or nothing. */
const QUESTIONS: Readonly<Record<string, (shown: Shown) => readonly object[]>> = {
  'runs.valuesAt': () => EPOCH_SERIES.flatMap((series) => [1, 1_000_000].map((epoch) => ({ series, epoch }))),
  'runs.curves': ({ runs }) =>
    CURVE_SERIES.flatMap((series) => [0, 0.9].map((smoothing) => ({ runs, series, smoothing, buckets: 5 }))),
  'studies.answer': ({ studies }) => [{ studies }],
};

/** Procedures that train, or wait for what happens from now on: what was stored does not reach them. */
const ELSEWHERE: readonly string[] = [
  ...['runs.measure', 'runs.verify', 'runs.predict', 'runs.verifying', 'studies.estimate'],
  ...['datasets.progress', 'datasets.downloads', 'changes.follow', 'events.follow', 'works.follow'],
];

/** Every procedure of the contract that reads what was stored, with what it is asked. */
function questionsAbout(shown: Shown): readonly (readonly [name: string, questions: readonly object[]])[] {
  return Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.entries<AnyContractProcedure>(verbs).flatMap(([verb, entry]) => {
      const name = `${noun}.${verb}`;
      const { inputSchema, meta } = entry['~orpc'];
      if ((meta as Access).effect !== 'reads' || ELSEWHERE.includes(name)) return [];
      const ofRuns = shown.runs.map((run) => ({ run }));
      const ofStudies = shown.studies.map((study) => ({ study }));
      const plain = [ofRuns, ofStudies, [{}]].find(([one]) => (inputSchema as z.ZodType).safeParse(one).success) ?? [];
      return [[name, QUESTIONS[name]?.(shown) ?? plain] as const];
    }),
  );
}

/** An answer, or what refuses it in a sentence, and where it is from; or what failed instead. */
export interface Told {
  readonly from: string;
  readonly answer: unknown;
  readonly failure: string | null;
}

/** Asks every reading procedure about all that is stored. */
export async function askAll(client: LabClient, shown: Shown): Promise<readonly Told[]> {
  const all: Told[] = [];
  for (const [name, questions] of questionsAbout(shown)) {
    const [noun, verb] = name.split('.');
    const ask = Reflect.get(Reflect.get(client, noun), verb) as (input: object) => Promise<unknown>;
    for (const question of questions) {
      all.push(await told(`${name} ${JSON.stringify(question)}`, () => ask(question)));
    }
  }
  return all;
}

/** What is answered; of a stream, what it tells first. */
export async function told(from: string, ask: () => unknown): Promise<Told> {
  try {
    return { from, answer: await firstOf(await ask()), failure: null };
  } catch (error) {
    if (error instanceof AppError && error.code !== 'internal') return { from, answer: error.message, failure: null };
    const failure = error instanceof Error ? `${error.cause ?? ''} ${error.stack}` : String(error);
    return { from, answer: null, failure };
  }
}

async function firstOf(answer: unknown): Promise<unknown> {
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return answer;
  const stream = answer as AsyncGenerator<unknown>;
  const { value } = await stream.next();
  await stream.return(undefined);
  return value;
}

/** Every file that can be made of the studies, and the figures of the runs. */
export async function exportAll(client: LabClient, { runs, studies }: Shown): Promise<readonly Told[]> {
  const exporter = openFigureExporter();
  try {
    const all: Told[] = [];
    for (const study of studies) all.push(...(await studyFiles(study, client, exporter)));
    for (const run of runs) all.push(...(await runFigures(run, client, exporter)));
    return all;
  } finally {
    await exporter.close();
  }
}

async function studyFiles(study: string, client: LabClient, exporter: FigureExporter): Promise<readonly Told[]> {
  const comparison = await client.studies.compare({ study } as never);
  const { comparisonCsv, terminalComparison } = labTools;
  const all = [
    await told(`table of ${study}`, () => terminalComparison(comparison)),
    await told(`numbers of ${study}`, () => comparisonCsv(comparison)),
  ];
  for (const format of ['csv', 'json', 'parquet'] as const) {
    all.push(await told(`${format} of ${study}`, () => warningsOf(study, { format, client, exporter })));
  }
  for (const format of ['html', 'spec'] as const) {
    const text = async () => Buffer.from((await exporter.renderStudy({ studies: [study], format }, client)).data);
    all.push(await told(`${format} of ${study}`, async () => String(await text())));
  }
  return all;
}

interface Tables {
  readonly format: StudyTableFormat;
  readonly client: LabClient;
  readonly exporter: FigureExporter;
}

/** Writes a file of a study, and gives the sentences about it. */
async function warningsOf(study: string, { format, client, exporter }: Tables): Promise<readonly string[]> {
  const warnings: string[] = [];
  const warn = (sentence: string) => void warnings.push(sentence);
  let bytes = 0;
  for await (const piece of exporter.studyPieces({ study, format }, client, { warn })) bytes += piece.length;
  return bytes === 0 ? ['undefined'] : warnings;
}

async function runFigures(run: string, client: LabClient, exporter: FigureExporter): Promise<readonly Told[]> {
  const all: Told[] = [];
  const detail: RunDetail = await client.runs.show({ run } as never);
  for (const { request } of runCharts(detail)) {
    for (const format of ['svg', 'csv', 'pgfplots'] as const) {
      const order = { figure: request, layout: figureLayoutSchema.parse({}), format };
      const drawn = async () => {
        const { data, caption } = await exporter.render(order, figureSource(client));
        return [caption, format === 'csv' ? '' : Buffer.from(data).toString()];
      };
      all.push(await told(`${format} of ${JSON.stringify(request)}`, drawn));
    }
  }
  return all;
}
