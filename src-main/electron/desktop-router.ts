import electron from 'electron';
import type { About } from '#contract/desktop.ts';
import { backupProcedures } from './backup-procedures.ts';
import { datasetProcedures } from './dataset-procedures.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { fileProcedures } from './file-procedures.ts';
import { machineProcedures } from './machine-procedures.ts';
import { pageProcedure } from './page-procedure.ts';
import { placeProcedures } from './place-procedures.ts';
import { weightsProcedures } from './weights-procedures.ts';

/** The handlers of the procedures that only the desktop has. */
export function desktopRouter(ports: DesktopPorts) {
  return pageProcedure.desktop.router({
    about: pageProcedure.desktop.about.handler(() => about(ports)),
    ownership: pageProcedure.desktop.ownership.handler(async ({ signal }) => ports.lab.ownerships(signal)),
    navigation: pageProcedure.desktop.navigation.handler(async ({ signal }) => ports.navigation.follow(signal)),
    notices: pageProcedure.desktop.notices.handler(async ({ signal }) => ports.notices.follow(signal)),
    opened: pageProcedure.desktop.opened.handler(async ({ signal }) => ports.opened.follow(signal)),
    obstacle: pageProcedure.desktop.obstacle.handler(() => ports.lab.obstacle),
    ...backupProcedures(ports),
    ...datasetProcedures(ports),
    ...weightsProcedures(ports),
    ...fileProcedures(ports),
    ...placeProcedures(ports),
    ...machineProcedures(ports),
  });
}

async function about({ home, hasTray, tools }: DesktopPorts): Promise<About> {
  return {
    version: electron.app.getVersion(),
    platform: process.platform,
    home,
    tray: hasTray(),
    diagnosis: await tools.diagnose(),
  };
}
