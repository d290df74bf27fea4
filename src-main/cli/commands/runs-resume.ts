import { ANEW_OPTION } from '#core/training/checkpoint.ts';
import type { DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { withRunArgument } from '../run-argument.ts';
import { RunJob } from '../run-job.ts';
import { trainJob } from '../training-job.ts';

interface ResumeFlags {
  readonly anew?: boolean;
  readonly front?: boolean;
}

export const runsResumeCommand: DefineCommand = (command, surroundings) => {
  withRunArgument(command)
    .option(ANEW_OPTION, 'give up its checkpoints and begin with step 0')
    .option('--front', 'put it before the runs that wait, not behind them')
    .action(async (run: string, { anew = false, front = false }: ResumeFlags) => {
      const context = contextOf(surroundings, command);
      await trainJob(context, new RunJob(context, { run, anew, at: front ? 'front' : 'back' }));
    });
};
