import { ANEW_OPTION } from '#core/training/checkpoint.ts';
import type { DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { withRunArgument } from '../run-argument.ts';
import { RunJob } from '../run-job.ts';
import { trainJob } from '../training-job.ts';

export const runsResumeCommand: DefineCommand = (command, surroundings) => {
  withRunArgument(command)
    .option(ANEW_OPTION, 'give up its checkpoints and begin with step 0')
    .action(async (run: string, { anew = false }: { readonly anew?: boolean }) => {
      const context = contextOf(surroundings, command);
      await trainJob(context, new RunJob(context, { run, anew }));
    });
};
