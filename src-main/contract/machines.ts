import { type } from '@orpc/contract';
import { z } from 'zod';
import { machineSchema, type RemoteMachine } from '#core/machines/machine.ts';
import type { MachineReport } from '#core/machines/machine-report.ts';
import { nothing, reference, replace } from './fields.ts';
import { changes, reads } from './procedure.ts';

const oneMachine = z.strictObject({ machine: reference });

/** Other machines on which runs can train: those of `machines.json` in the home. */
export const machines = {
  /** In the order of the file. Throws a bad request that names what is wrong in it. */
  list: reads(nothing, type<readonly RemoteMachine[]>()),
  /**
   * Adds a machine, which names commands and folders: no page may do that. Throws 'conflict' for a name that is taken, unless it is to be
   * replaced.
   */
  add: changes(z.strictObject({ machine: machineSchema, replace }), type<RemoteMachine>(), {
    pathsIn: ({ machine }) => [machine.root, ...Object.values(machine.datasets)],
    bringsFile: () => true,
  }),
  /** Forgets a machine; what is on it stays. Throws 'not-found'. */
  remove: changes(oneMachine, type<{ readonly machine: string }>()),
  /** Looks at a machine; one that cannot be reached is told as such. Throws 'not-found'. */
  check: reads(oneMachine, type<MachineReport>()),
  /**
   * Copies this version of the program to the machine and runs its set-up there, which `works.follow` shows. Throws 'not-found', and
   * 'unavailable' with the last lines of the set-up where that fails.
   */
  setUp: changes(oneMachine, type<MachineReport>()),
};
