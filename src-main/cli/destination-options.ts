import { type Command, Option } from 'commander';
import { destination } from '#contract/fields.ts';
import { BLOCK_SIZES } from '#core/block/grouped-runs.ts';
import { badRequest } from '#core/errors.ts';
import { parse } from '#core/validation.ts';

/** The options of a command that can train on another machine. */
export interface DestinationOptions {
  readonly on?: string;
  readonly time?: string;
  readonly block?: string;
  readonly detach?: boolean;
}

export function withDestinationOptions(command: Command): Command {
  return command
    .option('--on <machine>', 'train on a machine of machines.json instead of here: docs/machines.md')
    .option('--time <time>', 'how long a job may last there, such as 8:00:00 (default: what the machine says)')
    .addOption(
      new Option('--block <size>', 'what trains in one job there: all arms of a seed, or one run').choices(BLOCK_SIZES),
    )
    .option('--detach', 'end once the jobs are submitted; `jobs` tells how they are');
}

/** The same options as they are typed. */
export function destinationWords({ on, time, block }: DestinationOptions): readonly string[] {
  return Object.entries({ on, time, block }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
}

/** What the options choose; undefined for this machine. Throws a bad request for options that need --on. */
export function destinationFrom({ on, time, block, detach }: DestinationOptions) {
  if (on !== undefined) {
    const chosen = { machine: on, ...(time === undefined ? {} : { time }), ...(block === undefined ? {} : { block }) };
    return parse(destination, chosen, '--on');
  }
  if (time === undefined && block === undefined && detach !== true) return undefined;
  throw badRequest('--time, --block and --detach are about another machine: name it with --on.');
}
