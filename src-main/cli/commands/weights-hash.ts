import { resolve } from 'node:path';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { examples } from '../examples.ts';

export const weightsHashCommand: DefineCommand = (command, surroundings) => {
  command
    .argument('<file>', 'the .safetensors file')
    .action((file: string) => hashWeights(contextOf(surroundings, command), file));
  examples(command, ['weights hash resnet18.safetensors']);
};

/** Needs no home: hosts ask other machines so. */
async function hashWeights({ tools, terminal, shell }: Context, file: string): Promise<void> {
  const sha256 = await tools.hashWeights(resolve(shell.folder, file));
  terminal.answer({ sha256 }, () => sha256);
}
