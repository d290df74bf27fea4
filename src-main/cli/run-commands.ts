import type { Command } from 'commander';
import { Option } from 'commander';
import type { Context, Surroundings } from './context.ts';
import { contextOf } from './context.ts';
import { examples } from './examples.ts';

type RunsModule = typeof import('./runs.ts');

/** Commands that take a run and nothing else. */
const ONE_RUN_COMMANDS = {
  show: { does: 'Show a run with its epochs and layer freezes.', ask: (runs: RunsModule) => runs.showRun },
  pause: { does: 'Checkpoint a run and let it wait.', ask: (runs: RunsModule) => runs.pauseRun },
  stop: { does: 'Checkpoint a run and end it.', ask: (runs: RunsModule) => runs.stopRun },
  delete: { does: 'Put a run into the trash.', ask: (runs: RunsModule) => runs.deleteRun },
  restore: { does: 'Take a run out of the trash.', ask: (runs: RunsModule) => runs.restoreRun },
  purge: { does: 'Delete a run of the trash for ever, its files too.', ask: (runs: RunsModule) => runs.purgeRun },
} as const;

export interface RunListOptions {
  readonly study?: string;
  readonly status?: readonly string[];
  readonly deleted?: boolean;
}

/** `runs ...` */
export function addRunCommands(program: Command, surroundings: Surroundings): void {
  const runs = program.command('runs').description('The runs that are kept.');
  addList(runs, surroundings);
  for (const [name, { does, ask }] of Object.entries(ONE_RUN_COMMANDS)) {
    const command = oneRunCommand(runs, name, does).action(async (run: string, _options: unknown, own: Command) => {
      const perform: (context: Context, run: string) => Promise<void> = ask(await import('./runs.ts'));
      await perform(contextOf(surroundings, own), run);
    });
    examples(command, [`runs ${name} 4k2h8d0c5t`, `runs ${name} 4k2h --json`]);
  }
  addResume(runs, surroundings);
  addVerify(runs, surroundings);
  addImport(runs, surroundings);
}

function oneRunCommand(runs: Command, name: string, description: string): Command {
  return runs.command(name).description(description).argument('<run>', 'its id, or the beginning of it');
}

function addList(runs: Command, surroundings: Surroundings): void {
  const list = runs
    .command('list')
    .description('List runs.')
    .option('--study <study>', 'only those of this study')
    .addOption(new Option('--status <status...>', 'only those in one of these states'))
    .option('--deleted', 'those in the trash instead')
    .action(async (options: RunListOptions, command: Command) => {
      const { listRuns } = await import('./runs.ts');
      await listRuns(contextOf(surroundings, command), options);
    });
  examples(list, ['runs list', 'runs list --study quick --status paused interrupted', 'runs list --deleted']);
}

function addResume(runs: Command, surroundings: Surroundings): void {
  const resume = oneRunCommand(runs, 'resume', 'Go on with a paused, stopped or interrupted run, from its checkpoint.');
  resume.action(async (run: string, _options: unknown, command: Command) => {
    const { resumeRun } = await import('./train-run.ts');
    await resumeRun(contextOf(surroundings, command), run);
  });
  examples(resume, ['runs resume 4k2h8d0c5t']);
}

function addVerify(runs: Command, surroundings: Surroundings): void {
  const verify = oneRunCommand(
    runs,
    'verify',
    'Train the first epoch again, and say whether it gives the same numbers.',
  );
  verify.action(async (run: string, _options: unknown, command: Command) => {
    const { verifyRun } = await import('./verify-run.ts');
    await verifyRun(contextOf(surroundings, command), run);
  });
  examples(verify, ['runs verify 4k2h8d0c5t', 'runs verify 4k2h --json']);
}

function addImport(runs: Command, surroundings: Surroundings): void {
  const command = runs
    .command('import')
    .description('Take in the event lines of runs or of a study, also from elsewhere.')
    .argument('<file>', 'event lines (NDJSON), or - for stdin')
    .action(async (file: string, _options: unknown, own: Command) => {
      const { importRuns } = await import('./runs.ts');
      await importRuns(contextOf(surroundings, own), file);
    });
  examples(command, ['runs import quick.ndjson']);
}
