import type { LabClient } from '#contract/client.ts';
import { configRows } from '#core/config-diff.ts';
import { comparisonViewSchema } from '#core/figure/comparison-view.ts';
import type { RunDetail, RunSummary } from '#core/records.ts';
import { RUN_FIELDS, type RunField } from '#core/run-fields.ts';
import { GROUPINGS, groupCell, groupRuns } from '#core/run-groups.ts';
import { ARM_COLUMNS } from '../../src-renderer/lib/arm-table/arm-columns.ts';
import { armDetails } from '../../src-renderer/lib/arm-table/arm-details.ts';
import { armRows, equalTimeStepsText, runsText } from '../../src-renderer/lib/arm-table/arm-rows.ts';
import { armTableText } from '../../src-renderer/lib/arm-table/arm-table-text.ts';
import { numberRows, settingRows } from '../../src-renderer/lib/comparison-rows.ts';
import { fieldTextWithUnit, groupCellText, groupCellTitle } from '../../src-renderer/lib/field-text.ts';
import { absoluteMoment, bytes, duration, machineMoment, relativeMoment } from '../../src-renderer/lib/format.ts';
import { endsWords, queueSummary, stripFacts } from '../../src-renderer/lib/queue-words.ts';
import { adviceFor, passedOverAdvice } from '../../src-renderer/lib/run-advice.ts';
import { differenceOf } from '../../src-renderer/lib/run-baseline.ts';
import { cacheText } from '../../src-renderer/lib/run-cache.ts';
import { splitFacts } from '../../src-renderer/lib/run-classes.ts';
import { environmentFacts, specFacts } from '../../src-renderer/lib/run-facts.ts';
import { eventText, segmentSeconds } from '../../src-renderer/lib/run-history.ts';
import { layerRows } from '../../src-renderer/lib/run-layers.ts';
import { profileText } from '../../src-renderer/lib/run-profile.ts';
import { runProgress } from '../../src-renderer/lib/run-progress.ts';
import { runTitle } from '../../src-renderer/lib/run-title.ts';
import { cellTitle } from '../../src-renderer/lib/run-words.ts';
import { groupNames } from '../../src-renderer/lib/runs-table/group-names.ts';
import { runsTsv } from '../../src-renderer/lib/runs-table/table-copy.ts';
import { tableRows } from '../../src-renderer/lib/runs-table/table-rows.ts';
import { baseText } from '../../src-renderer/lib/spec-words.ts';
import { STUDY_SORTINGS, sortedStudies } from '../../src-renderer/lib/study-list.ts';
import { problemsOf } from '../../src-renderer/lib/study-problems.ts';
import { studyProgress, summaryProgress } from '../../src-renderer/lib/study-progress.ts';
import { type Shown, type Told, told } from './extreme-reading.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');

/** Texts by what they are of, each made when it is asked for. */
type Texts = Readonly<Record<string, () => unknown>>;

/** What the pages of a home say of it: all texts that are made of stored numbers. */
export async function pageTexts(client: LabClient, { runs, studies }: Shown): Promise<readonly Told[]> {
  const details = await Promise.all(runs.map((run) => client.runs.show({ run } as never)));
  const { rows } = await client.runs.rows({});
  const queue = await client.queue.show({});
  const overview = await client.studies.overview({});
  const texts: Texts = {
    ...tableTexts(rows),
    'compared numbers': () => numberRows(rows),
    'compared settings': () => settingRows(configRows(details), true),
    queue: () => [queueSummary(queue), stripFacts(queue), endsWords(null)],
    'list of studies': () => overview.map((study) => [summaryProgress(study), ...momentsOf(study)]),
    'orders of studies': () => STUDY_SORTINGS.map((order) => sortedStudies(overview, order).map(({ id }) => id)),
  };
  const all = await toldOf(texts, 'the lists');
  for (const run of details) all.push(...(await toldOf(await runTexts(client, run), run.id)));
  for (const study of studies) all.push(...(await toldOf(await studyTexts(client, study), study)));
  return all;
}

async function toldOf(texts: Texts, subject: string): Promise<Told[]> {
  return Promise.all(Object.entries(texts).map(([name, say]) => told(`${name} of ${subject}`, say)));
}

function momentsOf({
  createdAt,
  changedAt,
}: {
  readonly createdAt: number;
  readonly changedAt: number | null;
}): string[] {
  return [relativeMoment(changedAt, NOW), absoluteMoment(createdAt), machineMoment(createdAt) ?? ''];
}

function tableTexts(rows: readonly RunSummary[]): Texts {
  const groupBy = [GROUPINGS[0]];
  const groups = groupRuns(rows, groupBy);
  const ofFields = RUN_FIELDS.flatMap((field): [string, () => unknown][] => [
    [`cells ${field.key}`, () => rows.map((run) => cellsOf(field, run))],
    [
      `means ${field.key}`,
      () =>
        groups
          .map((group) => groupCell(group, field))
          .map((cell) => [groupCellText(field.format, cell), groupCellTitle(field, cell)]),
    ],
    [`order ${field.key}`, () => tableRows(rows, { sort: field, descending: true, groupBy, open: new Set() }).length],
  ]);
  return {
    ...Object.fromEntries(ofFields),
    'numbers to copy': () => runsTsv(rows, RUN_FIELDS),
    'names of groups': () => [...groupNames(groups, groupBy).values()],
  };
}

function cellsOf(field: RunField, run: RunSummary): readonly (string | null)[] {
  const text = fieldTextWithUnit(field.format, field.value(run));
  return [text, cellTitle(field, run, text)];
}

async function runTexts(client: LabClient, run: RunDetail): Promise<Texts> {
  const history = await client.runs.history({ run: run.id } as never);
  const moments = [run.startedAt, run.endedAt, run.createdAt].filter((moment) => moment !== null);
  return {
    title: () => runTitle(run),
    progress: () => runProgress(run, null),
    facts: () => specFacts(run),
    environment: () => environmentFacts(run),
    history: () => history.map((event) => [eventText(event), relativeMoment(event.at, NOW), absoluteMoment(event.at)]),
    moments: () => moments.map((moment) => [machineMoment(moment) ?? '', absoluteMoment(moment)]),
    segments: () => run.segments.map((segment) => duration(segmentSeconds(segment, NOW))),
    checkpoints: () => run.checkpoints.map(({ bytes: size }) => bytes(size)),
    layers: () => layerRows(run, null),
    profile: () => profileText(run),
    cache: () => cacheText(history),
    classes: () => splitFacts(run),
    advice: () => [adviceFor(run, []), passedOverAdvice(run, history)],
  };
}

async function studyTexts(client: LabClient, id: string): Promise<Texts> {
  const study = await client.studies.show({ study: id } as never);
  const comparison = await client.studies.compare({ study: id } as never);
  const rows = armRows([{ study, comparison }], comparisonViewSchema.parse({ studies: [study.id] }));
  return {
    base: () => baseText(study.base as never),
    progress: () => studyProgress(study),
    problems: () => problemsOf(study).map(({ reason, advice }) => [reason, advice]),
    differences: () => study.runs.map((run) => differenceOf(run.id, study, comparison)?.reason),
    details: () => rows.map((row) => [armDetails(row), equalTimeStepsText(row), runsText(row.runs)]),
    cells: () => ARM_COLUMNS.map((column) => rows.map((row) => column.cell(row))),
    'numbers to copy': () => armTableText(rows, true),
  };
}
