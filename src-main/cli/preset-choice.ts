import { type Command, Option } from 'commander';
import type { LabClient } from '#contract/client.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { type ModelSpec, modelSchema } from '#core/network/network.ts';
import type { FineTuningChoice } from '#core/presets/preset.ts';
import { CHOSEN_PRESETS, chosenStudy, presetStudies } from '#core/presets/presets.ts';
import type { StudySpec } from '#core/study.ts';
import { PRECISIONS, type Precision } from '#core/training/precision.ts';
import { parse } from '#core/validation.ts';
import type { FittingModel } from '#core/weights/weights-description.ts';
import type { Context } from './context.ts';
import { withLab } from './context.ts';
import { numberFrom } from './option-values.ts';
import { chosenWeights, onlyModel } from './weights-choice.ts';

/** A preset, and what one is asked to choose for those that are about one's own data. */
export interface PresetOptions {
  readonly preset?: string;
  readonly dataset?: string;
  /** A name, the id of a run, or a file. */
  readonly weights?: string;
  /** The kind of a network, or its spec as JSON. */
  readonly model?: string;
  readonly epochs?: number;
  /** Of any preset. */
  readonly precision?: Precision;
}

const ASKING = CHOSEN_PRESETS.map(({ name }) => name).join(', ');

export function withPresetOptions(command: Command): Command {
  return command
    .option('--preset <name>', 'a study that comes with the program, such as quick: `presets` lists them')
    .option('--dataset <name>', `the data set that ${ASKING} is about`)
    .option('--weights <weights>', 'the weights that it begins with: a name, a finished run, or a .safetensors file')
    .option(
      '--model <network>',
      'the network of these weights, where several fit them: a kind such as resnet, or its JSON',
    )
    .option('--epochs <count>', 'its epochs (default: by the number of images)', numberFrom)
    .addOption(
      new Option('--precision <precision>', 'in what the studies of a preset compute products').choices(PRECISIONS),
    );
}

/** The preset as one types it again. */
export function presetWords({ preset, dataset, weights, model, epochs, precision }: PresetOptions): string[] {
  const said = { preset, dataset, weights, model, epochs, precision };
  return Object.entries(said).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}`, String(value)]));
}

/** The studies of a preset, about the chosen data where it asks for them. Throws a bad request where something lacks. */
export async function presetSpecs(
  context: Context,
  preset: string,
  options: PresetOptions,
): Promise<readonly StudySpec[]> {
  const { dataset, weights, model, epochs, precision } = options;
  const inPrecision = (studies: readonly StudySpec[]) => studies.map((study) => studyInPrecision(study, precision));
  if ([dataset, weights, model, epochs].every((one) => one === undefined)) return inPrecision(presetStudies(preset));
  if (dataset === undefined || weights === undefined) {
    throw badRequest(`Give both --dataset NAME and --weights NAME for the preset ${ASKING}.`);
  }
  const choice = await withLab(context, (client) => chosen(client, context, { ...options, dataset, weights }));
  return inPrecision([chosenStudy(preset, choice)]);
}

/** A study of its own, next to the one in float32. */
function studyInPrecision(study: StudySpec, precision: Precision = 'float32'): StudySpec {
  if (precision === 'float32') return study;
  const name = `${study.name}${study.name.includes(' ') ? ', ' : '-'}${precision}`;
  return { ...study, name, base: { ...study.base, precision } };
}

type Chosen = PresetOptions & { readonly dataset: string; readonly weights: string };

async function chosen(client: LabClient, context: Context, options: Chosen): Promise<FineTuningChoice> {
  const { dataset, weights, epochs } = options;
  const images = (await client.datasets.list({})).find(({ name }) => name === dataset);
  if (images === undefined) {
    throw new AppError('not-found', `There is no data set "${dataset}": \`datasets list\` says which there are.`);
  }
  const { fits, reading, weights: source } = await chosenWeights(client, weights, context.shell.folder);
  const model = options.model === undefined ? onlyModel(weights, fits) : modelFrom(options.model, fits);
  return { dataset, images, model, reading, epochs, weights: source };
}

/** A kind alone means the network of that kind which the weights fit, whatever its size. */
function modelFrom(text: string, fits: readonly FittingModel[]): ModelSpec {
  const fitting = fits.filter(({ model }) => model.kind === text);
  if (fitting.length === 1) return fitting[0].model;
  const isJson = text.trimStart().startsWith('{');
  try {
    return parse(modelSchema, isJson ? JSON.parse(text) : { kind: text }, '--model');
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest(`--model is not JSON: ${error.message}.`, { cause: error });
    throw error;
  }
}
