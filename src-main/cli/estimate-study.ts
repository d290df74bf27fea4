import type { EstimatedDuration } from '#contract/studies.ts';
import { badRequest } from '#core/errors.ts';
import { presetStudy } from '#core/presets.ts';
import type { StudySpec } from '#core/study.ts';
import type { Context } from './context.ts';
import { withLab } from './context.ts';
import { duration } from './quantity-text.ts';
import { readStudySpec } from './spec-file.ts';
import type { Column } from './text-table.ts';
import { textTable } from './text-table.ts';
import type { EstimateOptions } from './training-commands.ts';

/** `estimate SPEC.json`, `estimate --preset NAME` */
export async function estimateStudy(
  context: Context,
  target: string | undefined,
  options: EstimateOptions,
): Promise<void> {
  const spec = await wantedSpec(context, target, options);
  context.terminal.note('Measuring for some seconds ...');
  const estimate = await withLab(context, (client) => client.studies.estimate({ spec }));
  context.terminal.answer(estimate, () => describe(estimate, spec));
}

async function wantedSpec(
  { shell }: Context,
  target: string | undefined,
  { preset }: EstimateOptions,
): Promise<StudySpec> {
  if (preset !== undefined && target === undefined) return presetStudy(preset);
  if (preset === undefined && target !== undefined) return readStudySpec(target, shell);
  throw badRequest('Give a study spec, or --preset quick: see --help.');
}

const seconds = (value: number) => `${value.toFixed(1)} s`;

const COLUMNS: readonly Column<EstimatedDuration['arms'][number]>[] = [
  { title: 'a run of', cell: ({ name }) => name },
  { title: 'all', align: 'right', cell: ({ total }) => seconds(total) },
  { title: 'training', align: 'right', cell: ({ training }) => seconds(training) },
  { title: 'evaluation', align: 'right', cell: ({ evaluation }) => seconds(evaluation) },
  { title: 'checkpoints', align: 'right', cell: ({ checkpoints }) => seconds(checkpoints) },
  { title: 'start', align: 'right', cell: ({ startUp }) => seconds(startUp) },
  { title: 'profile', align: 'right', cell: ({ profile }) => seconds(profile) },
];

function describe({ measurement, arms, seconds: all }: EstimatedDuration, { name, seeds }: StudySpec): string {
  const { steps, msPerStep, device } = measurement;
  const runs = arms.length * seeds.length;
  const sum = `${name}: about ${duration(all)} for ${runs} ${runs === 1 ? 'run' : 'runs'}, one after another.`;
  const source = `From ${steps} steps of ${msPerStep.toFixed(1)} ms on ${device}.`;
  return [textTable(COLUMNS, arms), '', sum, source].join('\n');
}
