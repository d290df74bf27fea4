import { join } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import { AppError, badRequest, messageOf } from '#core/errors.ts';
import { fileNameOf } from '#core/file-name.ts';
import type { LabCall } from '#core/lab-command.ts';
import { addSeedsCommand, labCommand } from '#core/lab-command.ts';
import type { RunRecord, StudyRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import { isFinal, runSpecSchema } from '#core/run.ts';
import type { StudySpec } from '#core/study.ts';
import { studySpecSchema } from '#core/study.ts';
import { parse } from '#core/validation.ts';
import { checkSpecs } from '../checked-specs.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import {
  type DestinationOptions,
  destinationFrom,
  destinationWords,
  withDestinationOptions,
} from '../destination-options.ts';
import { examples } from '../examples.ts';
import { comparisonOrder } from '../figure-orders.ts';
import { seedsFrom, seedsOption } from '../option-values.ts';
import type { PresetOptions } from '../preset-choice.ts';
import { presetSpecs, presetWords, withPresetOptions } from '../preset-choice.ts';
import { printRecommendation } from '../recommendation.ts';
import { readJson, readStudySpecs, STDIN } from '../spec-file.ts';
import type { TrainingJob } from '../training-job.ts';
import { trainJob } from '../training-job.ts';
import { writeInNewFolder } from '../written-file.ts';

interface StudyOptions extends PresetOptions, DestinationOptions {
  readonly seeds?: readonly number[];
  /** Path of a JSON list of policies. */
  readonly arms?: string;
}

export const studyCommand: DefineCommand = (command, surroundings) => {
  withDestinationOptions(
    withPresetOptions(
      command.argument(
        '[study]',
        'a file of study specs (JSON), or - for stdin; with --seeds or --arms, the id or name of a study',
      ),
    ),
  )
    .option('--seeds <list>', 'add seeds to a study and train what is missing: 4-8,12', seedsFrom)
    .option('--arms <file>', 'add the policies of a JSON file to a study and train what is missing')
    .action((target: string | undefined, options: StudyOptions) =>
      trainStudies(contextOf(surroundings, command), target, options),
    );
  examples(command, [
    'study --preset quick',
    'study --preset which-variant-mini',
    'study --preset how-many-layers --dataset flowers --weights resnet18.safetensors --model resnet',
    'study study.json',
    'study quick --seeds 2,3',
    'study quick --arms more-policies.json',
    'study study.json --json > events.ndjson',
    'study study.json --on cluster --time 8:00:00',
  ]);
};

async function trainStudies(context: Context, target: string | undefined, options: StudyOptions): Promise<void> {
  const wanted = await wantedStudies(context, target, options);
  await checkSpecs(
    context,
    wanted.flatMap((one) => ('spec' in one ? [runSpecSchema.parse(one.spec.base)] : [])),
  );
  const jobs = wanted.map((one) => {
    const call = target === STDIN ? callWithoutStdin(one) : callOf(target, options);
    return new StudyJob(
      context,
      { ...one, on: destinationFrom(options) },
      labCommand({ ...call, words: ['study'], home: context.homeOption }),
    );
  });
  await trainAll(context, jobs, options.detach);
}

/** A study whose runs failed does not stop the next study; the command then fails with the first failure. */
async function trainAll(context: Context, jobs: readonly StudyJob[], detaches = false): Promise<void> {
  let failure: AppError | null = null;
  for (const [index, job] of jobs.entries()) {
    if (jobs.length > 1) context.terminal.note(`Study ${index + 1} of ${jobs.length}: ${job.title}`);
    try {
      await trainJob(context, job, detaches);
      if (job.unwritten !== null) throw job.unwritten;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
      if (index + 1 < jobs.length) context.terminal.note(error.message);
      failure ??= error;
    }
  }
  if (failure !== null) throw failure;
}

interface Addition {
  readonly seeds?: StudySpec['seeds'];
  readonly arms?: StudySpec['arms'];
}

type Wanted = { readonly spec: StudySpec } | (Addition & { readonly study: string });

/** A study, and where its runs train. */
type WantedThere = Wanted & { readonly on: ReturnType<typeof destinationFrom> };

async function wantedStudies(
  context: Context,
  target: string | undefined,
  options: StudyOptions,
): Promise<readonly Wanted[]> {
  const { preset, seeds, arms } = options;
  if ((target === undefined) === (preset === undefined)) {
    throw badRequest('Give a study spec, or --preset NAME, or a study with --seeds or --arms: see --help.');
  }
  const addition = await additionFrom(context, options);
  if (preset !== undefined) {
    return (await presetSpecs(context, preset, options)).map((spec) => ({ spec: { ...spec, ...addition } }));
  }
  if (target !== undefined && seeds === undefined && arms === undefined) {
    return (await readStudySpecs(target, context.shell, context.elsewhere)).map((spec) => ({ spec }));
  }
  return [{ study: target ?? '', ...addition }];
}

async function additionFrom(context: Context, { seeds, arms }: StudyOptions): Promise<Addition> {
  return {
    ...(seeds !== undefined && parse(studySpecSchema.pick({ seeds: true }), { seeds }, 'the options')),
    ...(arms !== undefined && { arms: await readArms(arms, context) }),
  };
}

async function readArms(path: string, { shell }: Context): Promise<StudySpec['arms']> {
  return parse(studySpecSchema.shape.arms, await readJson(path, shell), path);
}

/** A spec that came through a pipe is stored in the home by now, so its name and seeds are enough. */
function callWithoutStdin(wanted: Wanted): Pick<LabCall, 'operands' | 'options'> {
  return 'spec' in wanted
    ? { operands: [wanted.spec.name], options: ['--seeds', seedsOption(wanted.spec.seeds)] }
    : { operands: [wanted.study] };
}

function callOf(
  target: string | undefined,
  { seeds, arms, ...preset }: StudyOptions,
): Pick<LabCall, 'operands' | 'options'> {
  const options = [...presetWords(preset), ...destinationWords(preset)];
  if (seeds !== undefined) options.push('--seeds', seedsOption(seeds));
  if (arms !== undefined) options.push('--arms', arms);
  return { operands: target === undefined ? [] : [target], options };
}

/** Trains the missing runs of a study. */
class StudyJob implements TrainingJob {
  readonly #context: Context;
  readonly #wanted: WantedThere;
  readonly #command: string;
  #studyId: string | null = null;
  #unwritten: AppError | null = null;

  constructor(context: Context, wanted: WantedThere, command: string) {
    this.#context = context;
    this.#wanted = wanted;
    this.#command = command;
  }

  /** Why the figure of the finished study is missing; null where it was written. */
  get unwritten(): AppError | null {
    return this.#unwritten;
  }

  get title(): string {
    return 'spec' in this.#wanted ? this.#wanted.spec.name : this.#wanted.study;
  }

  async records(client: LabClient): Promise<readonly RunRecord[]> {
    const known = this.#studyId ?? ('study' in this.#wanted ? this.#wanted.study : null);
    if (known !== null) return (await client.studies.show({ study: known })).runs;
    const name = 'spec' in this.#wanted ? this.#wanted.spec.name : null;
    return (await client.studies.list({})).find((study) => study.name === name)?.runs ?? [];
  }

  async start(client: LabClient): Promise<readonly string[]> {
    const wanted = this.#wanted;
    const started = await ('spec' in wanted
      ? client.studies.start({ spec: wanted.spec, on: wanted.on })
      : client.studies.extend(wanted));
    this.#studyId = started.studyId;
    return started.runIds;
  }

  async finish(client: LabClient): Promise<void> {
    const { terminal, tools, homeOption } = this.#context;
    const study = await client.studies.show({ study: this.#studyId ?? '' });
    if (terminal.json) return terminal.jsonLine({ type: 'study.finished', studyId: study.id });
    const comparison = await client.studies.compare({ study: study.id });
    terminal.line(`\n${await tools.terminalComparison(comparison)}\n`);
    await printRecommendation(this.#context, comparison, client);
    for (const warning of comparison.warnings) terminal.line(`Careful: ${warning}`);
    // A file that cannot be written costs neither the table above nor the next study.
    await this.#writeFigure(study, comparison, client).catch((error: unknown) => {
      this.#unwritten = noFigure(study.name, error, homeOption);
    });
    terminal.line(`To add seeds: ${addSeedsCommand(study.name, study.seeds, homeOption)}`);
  }

  async #writeFigure({ id, name }: StudyRecord, comparison: Comparison, client: LabClient): Promise<void> {
    const { terminal, tools, home, elsewhere, shell } = this.#context;
    const path = join(elsewhere === null ? home : shell.folder, 'figures', fileNameOf(name));
    const figure = await tools.renderFigure(comparisonOrder(id, 'svg'), client);
    await writeInNewFolder(this.#context, `${path}.svg`, figure.data);
    await writeInNewFolder(this.#context, `${path}.csv`, await tools.comparisonCsv(comparison));
    terminal.line(`\nFigure: ${path}.svg (numbers: ${path}.csv)`);
    for (const warning of figure.warnings) terminal.line(`Careful: ${warning}`);
  }

  continuation(): string {
    return this.#command;
  }

  /** Failed runs are tried again; a diverged run would only diverge again. */
  goesOnFrom(status: RunStatus): boolean {
    return !isFinal(status);
  }
}

function noFigure(study: string, cause: unknown, home: string | undefined): AppError {
  const again = labCommand({ words: ['compare'], operands: [study], options: ['--figure', 'FILE.svg'], home });
  return new AppError(
    'unavailable',
    `${messageOf(cause)} The table above is complete; to draw its figure elsewhere: ${again}`,
    { cause },
  );
}
