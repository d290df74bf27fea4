import { z } from 'zod';
import { buildNetwork } from '#core/network/network.ts';
import type { LayerDescription } from '#core/network/shape-ops.ts';
import { describeNetwork } from '#core/network/shape-ops.ts';
import type { ModelSpec } from '#core/run.ts';
import { runSpecSchema } from '#core/run.ts';
import { parse } from '#core/validation.ts';
import type { ModelOptions } from './network-commands.ts';

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
