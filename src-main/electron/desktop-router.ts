import type { BrowserWindow } from 'electron';
import electron from 'electron';
import type { About, Diagnosis } from '#contract/desktop.ts';
import type { FigureExporter } from '#contract/exporter.ts';

import { datasetProcedures } from './dataset-procedures.ts';
import { fileProcedures } from './file-procedures.ts';
import type { LabConnection } from './lab-connection.ts';
import type { Mailbox } from './mailbox.ts';
import { pageProcedure } from './page-procedure.ts';
import { placeProcedures } from './place-procedures.ts';

export interface WeightsRequest {
  readonly run: { readonly id: string; readonly status: string; readonly model: string };
  readonly layout: 'own' | 'pytorch';
  readonly path: string;
}

/** What the desktop needs of the rest of the program. */
export interface DesktopTools {
  diagnose(): Promise<Diagnosis>;
  /** Puts a whole file in place or leaves what was there. Throws 'no-space' or 'unavailable'. */
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  /** The run's final weights. Throws 'conflict' where there are none. */
  writeWeights(request: WeightsRequest): Promise<void>;
  openFigureExporter(): Promise<FigureExporter>;
}

export interface DesktopPorts {
  readonly lab: LabConnection;
  readonly home: string;
  readonly window: () => BrowserWindow | null;
  readonly navigation: Mailbox<{ readonly hash: string }>;
  readonly notices: Mailbox<{ readonly text: string }>;
  readonly hasTray: () => boolean;
  readonly tools: DesktopTools;
}

/** What only the desktop can do. */
export function desktopRouter(ports: DesktopPorts): object {
  return {
    about: pageProcedure.desktop.about.handler(() => about(ports)),
    ownership: pageProcedure.desktop.ownership.handler(async ({ signal }) => ports.lab.ownerships(signal)),
    navigation: pageProcedure.desktop.navigation.handler(async ({ signal }) => ports.navigation.follow(signal)),
    notices: pageProcedure.desktop.notices.handler(async ({ signal }) => ports.notices.follow(signal)),
    ...datasetProcedures(ports),
    ...fileProcedures(ports),
    ...placeProcedures(ports),
  };
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
