import type { BrowserWindow } from 'electron';
import type { Diagnosis } from '#contract/desktop.ts';
import type { FigureExporter } from '#contract/exporter.ts';
import type { ModelSpec } from '#core/network/network.ts';
import type { LabConnection } from './lab-connection.ts';
import type { Mailbox } from './mailbox.ts';

export interface WeightsRequest {
  readonly run: { readonly id: string; readonly status: string; readonly model: ModelSpec };
  readonly layout: 'own' | 'pytorch';
  readonly path: string;
}

/** What the desktop needs of the rest of the program. */
export interface DesktopTools {
  diagnose(): Promise<Diagnosis>;
  /** Writes a file completely, or leaves the old one in place. Throws 'no-space' or 'unavailable'. */
  writeFile(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Writes the run's final weights to a file. Throws 'conflict' where there are none. */
  writeWeights(request: WeightsRequest): Promise<void>;
  openFigureExporter(): Promise<FigureExporter>;
}

/** What the procedures of the desktop need. */
export interface DesktopPorts {
  readonly lab: LabConnection;
  readonly home: string;
  readonly window: () => BrowserWindow | null;
  readonly navigation: Mailbox<{ readonly hash: string }>;
  readonly notices: Mailbox<{ readonly text: string }>;
  readonly hasTray: () => boolean;
  readonly tools: DesktopTools;
}
