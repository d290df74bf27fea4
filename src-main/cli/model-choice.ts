import type { Command } from 'commander';
import { Option } from 'commander';
import { z } from 'zod';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import { NETWORKS } from '#core/network/networks.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import { runSpecFields } from '#core/run.ts';
import { parse } from '#core/validation.ts';
import { kindSpec, withKindOptions } from './kind-options.ts';
import { imageSizeFrom, numberFrom } from './option-values.ts';

export const MODEL_KINDS = NETWORKS.map(({ kind }) => kind);

/** The options about the images; the fields of the networks give the other options. */
export interface ModelOptions {
  readonly classes: number;
  readonly input: ReturnType<typeof imageSizeFrom>;
}

export function withModelOptions(command: Command): Command {
  return withKindOptions(command, NETWORKS)
    .option('--classes <count>', 'classes', numberFrom, 10)
    .addOption(
      new Option('--input <size>', 'height, width and channels of an image')
        .argParser(imageSizeFrom)
        .default({ height: 32, width: 32, channels: 3 }, '32x32x3'),
    );
}

const modelChoiceSchema = z.object({
  model: runSpecFields.model,
  classes: z.int().min(2).max(65_536),
});

export interface DescribedModel {
  readonly model: ModelSpec;
  readonly layers: readonly LayerDescription[];
}

/** The network that the options describe. Throws a bad request where there is no such network. */
export function modelChoice(options: ModelOptions & { readonly model: string }): DescribedModel {
  const { classes: classCount, input } = options;
  const choice = { model: kindSpec(NETWORKS, options.model, options), classes: classCount };
  const { model, classes } = parse(modelChoiceSchema, choice, 'the options');
  return { model, layers: describeNetwork(buildNetwork(model, input, classes)) };
}
