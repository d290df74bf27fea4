import type { DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { withRunArgument } from '../run-argument.ts';
import { RunJob } from '../run-job.ts';
import { trainJob } from '../training-job.ts';

export const runsResumeCommand: DefineCommand = (command, surroundings) => {
  withRunArgument(command).action(async (run: string) => {
    const context = contextOf(surroundings, command);
    await trainJob(context, new RunJob(context, { run }));
  });
};
