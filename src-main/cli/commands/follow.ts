import { resolve } from 'node:path';
import { badRequest } from '#core/errors.ts';
import { type Context, contextOf, type DefineCommand } from '../context.ts';
import { examples } from '../examples.ts';

interface FollowFlags {
  readonly root: string;
  readonly slurm?: boolean;
  readonly every: string;
}

/** Between two questions to a scheduler. */
const USUAL_SECONDS = 30;

export const followCommand: DefineCommand = (command, surroundings) => {
  command
    .requiredOption('--root <folder>', 'the folder of this machine below which the blocks are')
    .option('--slurm', 'ask Slurm for their jobs')
    .option('--every <seconds>', 'how often to ask it', String(USUAL_SECONDS))
    .action((flags: FollowFlags) => follow(contextOf(surroundings, command), flags));
  examples(command, ['follow --root /scratch/me/freezeout --slurm']);
};

async function follow({ terminal, shell, tools }: Context, { root, slurm = false, every }: FollowFlags): Promise<void> {
  const askSeconds = Number(every);
  if (!(askSeconds > 0)) throw badRequest(`--every is not valid: give a number of seconds, not "${every}".`);
  await tools.follow({
    ...{ root: resolve(shell.folder, root), slurm, askSeconds },
    input: shell.stdinPieces(),
    tell: (line) => (typeof line === 'string' ? terminal.line(line) : terminal.jsonLine(line)),
  });
}
