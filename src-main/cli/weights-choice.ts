import { resolve } from 'node:path';
import type { LabClient } from '#contract/client.ts';
import type { WeightsEntry } from '#contract/weights.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { networkName } from '#core/figure/labels.ts';
import type { ModelSpec } from '#core/network/network.ts';
import type { FineTuningChoice } from '#core/presets/preset.ts';
import { parse } from '#core/validation.ts';
import type { FittingModel } from '#core/weights/weights-description.ts';
import { weightsSchema } from '#core/weights/weights-spec.ts';

/** The weights that a person names, and what follows from them. */
export interface ChosenWeights {
  readonly weights: FineTuningChoice['weights'];
  readonly fits: readonly FittingModel[];
  readonly reading: FineTuningChoice['reading'];
}

/** Files of other programs count: reading one says how to make safetensors of it. */
const FILE = /[\\/]|\.(safetensors|pth?|bin|ckpt|h5|keras|npz|onnx)$/i;

/** The weights of that name, or of the only run whose id is that or begins with it. */
export function weightsEntryNamed(name: string, entries: readonly WeightsEntry[]): WeightsEntry | undefined {
  const named = entries.find(({ source }) => 'name' in source && source.name === name);
  if (named !== undefined) return named;
  const runs = entries.filter(({ source }) => 'run' in source && source.run.startsWith(name));
  return runs.length === 1 ? runs[0] : undefined;
}

/** Finds a file, a name or a finished run. Throws what reading the file throws, and 'not-found' for another word. */
export async function chosenWeights(client: LabClient, text: string, folder: string): Promise<ChosenWeights> {
  const entry = weightsEntryNamed(text, await client.weights.list({}));
  if (entry === undefined && FILE.test(text)) {
    const path = resolve(folder, text);
    const { fits } = await client.weights.describe({ path });
    return { weights: parse(weightsSchema, { path }, '--weights'), fits, reading: undefined };
  }
  if (entry === undefined) {
    throw new AppError(
      'not-found',
      `There are no weights "${text}": name a finished run, a .safetensors file, or what \`weights list\` shows.`,
    );
  }
  if (entry.problem !== null) throw badRequest(`The weights "${text}" cannot be read: ${entry.problem}`);
  return { weights: parse(weightsSchema, entry.source, '--weights'), fits: entry.fits, reading: entry.reading };
}

/** The one network that the weights fit. Throws a bad request, which lists the networks, where there are several or none. */
export function onlyModel(text: string, fits: readonly FittingModel[]): ModelSpec {
  const [model, ...others] = fits.map((fit) => fit.model);
  if (model === undefined) {
    throw badRequest(`"${text}" fits no network that the program knows: say which it is with --model KIND.`);
  }
  if (others.length === 0) return model;
  const names = [model, ...others].map((one) => `${networkName(one)} (--model '${JSON.stringify(one)}')`);
  throw badRequest(`"${text}" fits several networks: choose ${names.join(' or ')}.`);
}
