import type { LabHost } from '#contract/host.ts';
import { dialScript } from '#core/elsewhere/dial-script.ts';
import type { HomeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { checkVersion } from '#core/elsewhere/version-fit.ts';
import type { RemoteShell } from '#core/machines/ports.ts';
import { DEFAULT_ROOT, remoteLab } from '#core/machines/remote-layout.ts';
import packageDescription from '../package.json' with { type: 'json' };
import { borrowedHost } from './borrowed-host.ts';
import { dial } from './elsewhere/dial.ts';
import { machinesOf } from './machines/machines-file.ts';
import { programSources } from './machines/program-sources.ts';
import { shellOf } from './machines/shells.ts';
import { ownHomeFolder } from './setup/home.mjs';
import { connectThrough } from './socket/client.ts';

/** The homes that this process has reached. */
const reachedHomes = new Set<string>();

/**
 * A home on another machine, through the program that owns it there; this process never owns it. Throws 'unavailable' where it cannot be reached
 * now, and 'conflict' where another version answers.
 */
export async function openElsewhere(home: HomeElsewhere): Promise<LabHost> {
  const { version } = packageDescription;
  const { shell, root } = await machineOf(home);
  const mustExist = reachedHomes.has(home.address);
  const lab = remoteLab(root, await programSources.version());
  const script = dialScript(home, { lab, version, mustExist });
  const { reached, line } = await dial(shell, script, home.host);
  try {
    checkVersion(reached, home, version);
    const connection = await connectThrough(line, home.address);
    reachedHomes.add(home.address);
    return borrowedHost(connection);
  } catch (error) {
    line.destroy();
    throw error;
  }
}

/** A machine that this computer's own home knows by that name or that host; else whatever ssh itself knows. */
async function machineOf({ host }: HomeElsewhere): Promise<{ readonly shell: RemoteShell; readonly root: string }> {
  const ownHome = ownHomeFolder({ folder: process.cwd(), environment: process.env });
  const machine = (await machinesOf(ownHome)).find(({ name, ssh }) => name === host || ssh === host);
  const { root = DEFAULT_ROOT, ...called } = machine ?? { name: host, ssh: host };
  return { shell: shellOf(called), root };
}
