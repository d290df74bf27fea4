import type { RemoteMachine } from '#core/machines/machine.ts';
import { type Launcher, launcherKind } from '#core/machines/ports.ts';
import { boxLauncher } from './box-launcher.ts';
import { slurmLauncher } from './slurm-launcher.ts';

/** Who starts processes on machines: one module each, one line here. */
const LAUNCHERS: Readonly<Record<Launcher['kind'], Launcher>> = { slurm: slurmLauncher, box: boxLauncher };

/** The one of a machine. */
export function launcherOf(machine: RemoteMachine): Launcher {
  return LAUNCHERS[launcherKind(machine)];
}
