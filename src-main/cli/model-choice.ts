import type { Command } from 'commander';
import { Option } from 'commander';
import { z } from 'zod';
import { buildNetwork } from '#core/network/network.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { ModelSpec } from '#core/run.ts';
import { runSpecSchema } from '#core/run.ts';
import { parse } from '#core/validation.ts';
import { imageSizeFrom, numberFrom } from './option-values.ts';

export const MODEL_KINDS = ['densenet-bc', 'wide-resnet', 'vgg'];

export interface ModelOptions {
  readonly depth?: number;
  readonly growth?: number;
  readonly width?: number;
  readonly skip: boolean;
  readonly classes: number;
  readonly input: ReturnType<typeof imageSizeFrom>;
}

export function withModelOptions(command: Command): Command {
  return command
    .option('--depth <layers>', 'depth of the network', numberFrom)
    .option('--growth <filters>', 'growth of densenet-bc', numberFrom)
    .option('--width <factor>', 'width of wide-resnet; share of the filters of vgg', numberFrom)
    .option('--no-skip', 'wide-resnet without its shortcuts')
    .option('--classes <count>', 'classes', numberFrom, 10)
    .addOption(
      new Option('--input <size>', 'height, width and channels of an image')
        .argParser(imageSizeFrom)
        .default({ height: 32, width: 32, channels: 3 }, '32x32x3'),
    );
}

const modelChoiceSchema = z.object({
  model: runSpecSchema.shape.model,
  classes: z.int().min(2).max(65_536),
});

export interface DescribedModel {
  readonly model: ModelSpec;
  readonly layers: readonly LayerDescription[];
}

/** The network that the options name. Throws a bad request where there is none such. */
export function modelChoice(options: ModelOptions & { readonly model: string }): DescribedModel {
  const { model: kind, depth, growth, width, skip, classes: classCount, input } = options;
  const { model, classes } = parse(
    modelChoiceSchema,
    { model: present({ kind, depth, growth, width, skip: skip ? undefined : false }), classes: classCount },
    'the options',
  );
  return { model, layers: describeNetwork(buildNetwork(model, input, classes)) };
}

/** Without what was not given: a network refuses the options of another. */
export function present(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
