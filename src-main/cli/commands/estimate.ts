import type { LabClient } from '#contract/client.ts';
import type { EstimatedDuration } from '#contract/studies.ts';
import { percent, UNKNOWN } from '#core/analysis/quantity.ts';
import { gapSentences } from '#core/data/class-gaps.ts';
import { badRequest } from '#core/errors.ts';
import type { BaseSpec } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import type { MeasuredDepthRow } from '#core/training/depth-outlook.ts';
import { depthRows, depthSentences, keptFromEpoch } from '#core/training/depth-outlook.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf, withLab } from '../context.ts';
import { examples } from '../examples.ts';
import type { PresetOptions } from '../preset-choice.ts';
import { presetSpecs, withPresetOptions } from '../preset-choice.ts';
import { countText, durationText } from '../quantity-text.ts';
import { readStudySpecs } from '../spec-file.ts';
import type { TextColumn } from '../text-table.ts';
import { textTable } from '../text-table.ts';

export const estimateCommand: DefineCommand = (command, surroundings) => {
  withPresetOptions(command.argument('[spec]', 'a file of study specs (JSON), or - for stdin')).action(
    (spec: string | undefined, options: PresetOptions) =>
      estimateStudies(contextOf(surroundings, command), spec, options),
  );
  examples(command, ['estimate --preset quick', 'estimate study.json', 'estimate study.json --json']);
};

async function estimateStudies(context: Context, target: string | undefined, options: PresetOptions): Promise<void> {
  const specs = await wantedSpecs(context, target, options);
  context.terminal.note('Measuring for a few seconds ...');
  const estimates = await withLab(context, async (client) => {
    const all: EstimatedDuration[] = [];
    for (const spec of specs) {
      await noteGaps(context, client, spec.base);
      all.push(await client.studies.estimate({ spec }));
    }
    return all;
  });
  const parts = () => estimates.map((estimate, index) => describe(estimate, specs[index]));
  if (specs.length === 1) return context.terminal.answer(estimates[0], () => parts().join(''));
  const seconds = estimates.reduce((sum, estimate) => sum + estimate.seconds, 0);
  const about = aboutWords(estimates.flatMap(({ most }) => most));
  const studies = estimates.map((estimate, index) => ({ name: specs[index].name, ...estimate }));
  context.terminal.answer({ studies, seconds }, () =>
    [...parts(), `All: ${about} ${durationText(seconds)}.`].join('\n\n'),
  );
}

async function noteGaps({ terminal }: Context, client: LabClient, base: BaseSpec): Promise<void> {
  const { dataset, train, validation, test, split: asked } = base;
  const { gaps, split } = await client.datasets.parts({ dataset, train, validation, test, split: asked });
  for (const sentence of gapSentences(gaps, split)) terminal.note(`Careful: ${sentence}`);
}

async function wantedSpecs(
  context: Context,
  target: string | undefined,
  options: PresetOptions,
): Promise<readonly StudySpec[]> {
  const { preset } = options;
  if (preset !== undefined && target === undefined) return presetSpecs(context, preset, options);
  if (preset === undefined && target !== undefined) return readStudySpecs(target, context.shell, context.elsewhere);
  throw badRequest('Give a study spec, or --preset NAME: see --help.');
}

const inSeconds = (value: number) => `${value.toFixed(1)} s`;

const COLUMNS: readonly TextColumn<EstimatedDuration['arms'][number]>[] = [
  { title: 'a run of', cell: ({ name }) => name },
  { title: 'all', align: 'right', cell: ({ total }) => inSeconds(total) },
  { title: 'training', align: 'right', cell: ({ training }) => inSeconds(training) },
  { title: 'evaluation', align: 'right', cell: ({ evaluation }) => inSeconds(evaluation) },
  { title: 'checkpoints', align: 'right', cell: ({ checkpoints }) => inSeconds(checkpoints) },
  { title: 'start', align: 'right', cell: ({ startUp }) => inSeconds(startUp) },
  { title: 'profile', align: 'right', cell: ({ profile }) => inSeconds(profile) },
];

const rate = (value: number) => countText(Math.round(value));

/** The columns of the kept step are there where images come again. */
function depthColumns(rows: readonly MeasuredDepthRow[]): readonly TextColumn<MeasuredDepthRow>[] {
  const firstKept = keptFromEpoch(rows);
  const keptColumns: readonly TextColumn<MeasuredDepthRow>[] =
    firstKept === null
      ? []
      : [
          {
            title: `from epoch ${firstKept}`,
            align: 'right',
            cell: (row) => inMilliseconds(row.kept?.stepMs ?? null),
          },
          {
            title: 'images/s',
            align: 'right',
            cell: (row) => (row.kept === null ? UNKNOWN : rate(row.kept.imagesPerSecond)),
          },
          { title: 'saved', align: 'right', cell: (row) => percent(row.kept?.saved ?? null, 0) },
        ];
  return [
    { title: 'frozen', align: 'right', cell: ({ frozenLayers }) => frozenLayers },
    { title: 'trains from', cell: ({ firstTrained }) => firstTrained ?? 'all layers' },
    { title: 'step', align: 'right', cell: ({ stepMs }) => inMilliseconds(stepMs) },
    { title: 'images/s', align: 'right', cell: ({ imagesPerSecond }) => rate(imagesPerSecond) },
    { title: 'saved', align: 'right', cell: ({ saved }) => percent(saved, 0) },
    ...keptColumns,
    { title: 'memory', align: 'right', cell: ({ memoryBytes }) => `${rate(memoryBytes / 1e6)} MB` },
    { title: 'parameters trained', align: 'right', cell: ({ trainedShare }) => percent(trainedShare) },
  ];
}

/** `most` says why it may take less. */
function aboutWords(most: readonly string[]): string {
  return most.length === 0 ? 'about' : 'at most about';
}

function inMilliseconds(ms: number | null): string {
  return ms === null ? UNKNOWN : `${ms.toFixed(1)} ms`;
}

function describe(
  { measurement, arms, seconds: all, most }: EstimatedDuration,
  { name, seeds, base }: StudySpec,
): string {
  const { steps, msPerStep, device } = measurement;
  const runs = arms.length * seeds.length;
  const sum = `${name}: ${aboutWords(most)} ${durationText(all)} for ${runs} ${runs === 1 ? 'run' : 'runs'}, one after another.`;
  const source = `From ${steps} steps of ${msPerStep.toFixed(1)} ms on ${device}.`;
  const rows = depthRows(measurement, base);
  const depths = [textTable(depthColumns(rows), rows), '', ...depthSentences(measurement, base)];
  return [textTable(COLUMNS, arms), '', sum, ...most, source, '', ...depths].join('\n');
}
