import { checkSpecs } from '../checked-specs.ts';
import type { Context, DefineCommand } from '../context.ts';
import { contextOf } from '../context.ts';
import { type DestinationOptions, destinationFrom, withDestinationOptions } from '../destination-options.ts';
import { examples } from '../examples.ts';
import { RunJob } from '../run-job.ts';
import { readRunSpec } from '../spec-file.ts';
import { trainJob } from '../training-job.ts';

export const runCommand: DefineCommand = (command, surroundings) => {
  withDestinationOptions(command.argument('<spec>', 'a file with a run spec (JSON), or - for stdin')).action(
    (spec: string, options: DestinationOptions) => trainSpec(contextOf(surroundings, command), spec, options),
  );
  examples(command, ['run run.json', 'run run.json --json > events.ndjson', 'run run.json --on cluster --detach']);
};

async function trainSpec(context: Context, path: string, options: DestinationOptions): Promise<void> {
  const on = destinationFrom(options);
  const spec = await readRunSpec(path, context.shell, context.elsewhere);
  await checkSpecs(context, [spec]);
  await trainJob(context, new RunJob(context, { spec, on }), options.detach);
}
