import type { Command } from 'commander';
import type { Surroundings } from './context.ts';
import { contextOf } from './context.ts';
import { examples } from './examples.ts';

/** `doctor`. */
export function addMachineCommands(program: Command, surroundings: Surroundings): void {
  const doctor = program
    .command('doctor')
    .description('Say what is installed on this machine, what is missing, and the command that mends it.')
    .action(async (_options: unknown, command: Command) => {
      const { runDoctor } = await import('./doctor.ts');
      await runDoctor(contextOf(surroundings, command));
    });
  examples(doctor, ['doctor', 'doctor --json']);
}
