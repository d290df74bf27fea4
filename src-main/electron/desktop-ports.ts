import type { BrowserWindow } from 'electron';
import type { Diagnosis, OpenedFile } from '#contract/desktop.ts';
import type { FigureExporter } from '#contract/exporter.ts';
import type { Restored, RestoreOutlook, Salvaged } from '#core/backups.ts';
import type { HomeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import type { ModelSpec } from '#core/network/network.ts';
import type { ChosenFiles } from './chosen-files.ts';
import type { LabConnection } from './lab-connection.ts';
import type { Mailbox } from './mailbox.ts';

export interface WeightsRequest {
  readonly run: { readonly id: string; readonly model: ModelSpec };
  /** The file of its final weights. */
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly layout: 'own' | 'pytorch';
  readonly path: string;
}

/** What a file holds that is no data set; a spec as its text. */
export type HandedContent =
  | { readonly kind: 'weights' | 'event lines' }
  | { readonly kind: 'spec'; readonly text: string };

/** What the desktop needs of the rest of the program. */
export interface DesktopTools {
  diagnose(): Promise<Diagnosis>;
  /** Writes a file completely, or leaves the old one in place. Throws 'no-space' or 'unavailable'. */
  writeFile(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Writes the run's final weights to a file. Throws what the pieces throw. */
  writeWeights(request: WeightsRequest): Promise<void>;
  openFigureExporter(): Promise<FigureExporter>;
  /** The kind of data set that a folder or file is taken for; null where no kind knows it. Throws where it cannot be read. */
  datasetKindAt(path: string): Promise<string | null>;
  /** What else a file is. Throws a bad request that says what it is instead. */
  contentAt(path: string): Promise<HandedContent>;
  /** What can be done with the database while no program has it, and before. */
  readonly restoration: Restoration;
}

export interface Remedies {
  /** The newest backup that could be restored, with what that would do; null where there is none, and where the database is not what is in the way. */
  readonly backup: RestoreOutlook | null;
  /** Whether the database is sound but for changes that are lost with its log. */
  readonly hasLostChanges: boolean;
}

/** Works on the home's files, in a thread. */
export interface Restoration {
  /** What can be done about a home that cannot be opened. */
  remedies(): Promise<Remedies>;
  /** Looks at a backup and copies it, while the home is open; gives what puts it in the place of the database once the home is closed. */
  prepare(name: string): Promise<() => Promise<Restored>>;
  /** Puts what is undamaged in the place of the database. Throws 'conflict' where nothing is damaged or lost. */
  salvage(): Promise<Salvaged>;
}

/** What the procedures of the desktop need. */
export interface DesktopPorts {
  readonly lab: LabConnection;
  readonly home: string;
  /** Where the home is, if it is on another machine: its owner reads no file of this one. */
  readonly elsewhere: HomeElsewhere | null;
  readonly window: () => BrowserWindow | null;
  readonly navigation: Mailbox<{ readonly hash: string }>;
  readonly notices: Mailbox<{ readonly text: string }>;
  /** What the user has handed to the app. */
  readonly opened: Mailbox<OpenedFile>;
  readonly chosen: ChosenFiles;
  readonly hasTray: () => boolean;
  readonly tools: DesktopTools;
}
