import type { RemoteMachine } from '#core/machines/machine.ts';
import { type Launcher, launcherKind } from '#core/machines/ports.ts';
import { boxLauncher } from './box-launcher.ts';
import { slurmLauncher } from './slurm-launcher.ts';

/** Who starts processes on machines: one module each, one line here. */
const LAUNCHERS: readonly Launcher[] = [slurmLauncher, boxLauncher];

/** The one of a machine; null where this version has none for it. */
export function launcherOf(machine: RemoteMachine): Launcher | null {
  const kind = launcherKind(machine);
  return LAUNCHERS.find((launcher) => launcher.kind === kind) ?? null;
}
