import type { ContractRouter } from '@orpc/contract';
import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import { FILE_CHOICES } from '#core/data/dataset-kind.ts';
import { FILE_KINDS, fileOptionsSchema } from '#core/data/dataset-location.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import type { ImportNews } from '#core/exchange/import-news.ts';
import { FIGURE_FORMATS, figureLayoutSchema, figureRequestSchema, STUDY_FORMATS } from '#core/figure/figure-request.ts';
import { machineSchema, type RemoteMachine } from '#core/machines/machine.ts';
import type { DatasetRecord } from '#core/records.ts';
import { oneBackup } from './backups.ts';
import { contract } from './contract.ts';
import type { Name } from './fields.ts';
import { newName, nothing, oneRun, oneStudy, replace } from './fields.ts';
import type { Access } from './procedure.ts';
import { changes, reads, TEXTS_ALONE } from './procedure.ts';
import type { WeightsEntry } from './weights.ts';
import { newWeightsName } from './weights.ts';

/** What training would run on here. */
export interface Diagnosis {
  readonly backend: 'tensorflow-cpu' | 'tensorflow-gpu' | 'none';
  readonly tensorflowVersion: string | null;
  readonly device: string;
  readonly node: string;
  readonly electron: string | null;
  readonly sqliteVersion: string | null;
  /** What training lacks, each with the command that installs it. */
  readonly problems: readonly string[];
}

export interface About {
  readonly version: string;
  readonly platform: string;
  readonly home: string;
  /** Whether the app can stay in the background with an icon in the tray. */
  readonly tray: boolean;
  readonly diagnosis: Diagnosis;
}

/**
 * Whether this app owns the home, is a client of the program that does, only shows a home that cannot be written or what is undamaged in
 * one, or is still trying to become one of these. A home on another machine is `elsewhere`, and `lost` while it cannot be reached.
 */
export type Ownership = 'owner' | 'client' | 'read-only' | 'damaged' | 'looking' | 'elsewhere' | 'lost';

/** A file that the user chose in the system's dialog: its name, and a token instead of its path. */
export interface ChosenFile {
  readonly token: string;
  readonly name: string;
}

/** The files of a data set that the user chose, and the kind that they look like; else the one that was asked for. */
export interface ChosenDataset extends ChosenFile {
  readonly dataset: string;
}

/** What the user dropped on the window, or opened with the app: what is to be done with it, or why nothing can be. */
export type OpenedFile =
  | { readonly kind: 'dataset'; readonly file: ChosenDataset }
  | { readonly kind: 'weights' | 'event lines'; readonly file: ChosenFile }
  | { readonly kind: 'spec'; readonly name: string; readonly text: string }
  | { readonly kind: 'refused'; readonly sentence: string };

const chosenToken = z.string().min(1).max(100).brand<Name>();

/**
 * The name, without its folder, of the file that was saved, and what it does not show as it should; null where the user closed
 * the dialog.
 */
export type Saved = { readonly name: string; readonly warnings: readonly string[] } | null;

/** What only the desktop can do. The page never sees a path: it names things, and dialogs choose files. */
const desktop = {
  /** The app's version, where its home is, and what it can do here. */
  about: reads(nothing, type<About>()),
  /** The state now, then each change. */
  ownership: reads(nothing, eventIterator(type<Ownership>())),
  /** Why nothing can be changed in the home, in a sentence; null where changes can be made. */
  obstacle: reads(nothing, type<string | null>()),
  /**
   * Puts a backup in the place of the database, which is kept, and opens the home and the page anew. Throws 'conflict' while something trains,
   * and where another program has the home; 'corrupt' where the backup is damaged.
   */
  restoreBackup: changes(oneBackup, type<null>()),
  /** Puts what is undamaged in the place of a damaged database, which is kept, and opens the home and the page anew. */
  salvage: changes(nothing, type<null>()),
  /** Shows a page of the app, as the menu, the tray or a notification asked for: '#/runs/abc'. */
  navigation: reads(nothing, eventIterator(type<{ readonly hash: string }>())),
  /** Messages to the user about what happened outside the page. */
  notices: reads(nothing, eventIterator(type<{ readonly text: string }>())),
  /** Files and folders that the user drops on the window, opens in the file manager or names when the app is started. */
  opened: reads(nothing, eventIterator(type<OpenedFile>())),
  /** Lets the user choose the files of a data set in a dialog; null where it was closed. */
  chooseDataset: changes(
    z.strictObject({ kind: z.enum(FILE_KINDS.map(({ kind }) => kind)), what: z.enum(FILE_CHOICES) }),
    type<ChosenDataset | null>(),
    TEXTS_ALONE,
  ),
  /** Does what datasets.check does, with files that were chosen. */
  checkDataset: reads(
    z.strictObject({ token: chosenToken, options: fileOptionsSchema, most: z.int().min(0).max(1_000_000) }),
    type<DatasetReport>(),
    TEXTS_ALONE,
  ),
  /** Does what datasets.add does, with files that were chosen. */
  addDataset: changes(
    z.strictObject({
      token: chosenToken,
      name: newName,
      /** The kind that the file was chosen for, and the other fields of its location. */
      options: fileOptionsSchema,
      replace,
    }),
    type<DatasetRecord>(),
    TEXTS_ALONE,
  ),
  /**
   * Does what datasets.remove does. Returns a token with which addDataset adds the data set again; null for one without
   * files.
   */
  removeDataset: changes(z.strictObject({ name: newName }), type<ChosenFile | null>()),
  /** Lets the user choose a file of weights in a dialog; null where it was closed. */
  chooseWeights: changes(nothing, type<ChosenFile | null>()),
  /** Does what weights.add does, with a file that was chosen. */
  addWeights: changes(z.strictObject({ token: chosenToken, name: newWeightsName, replace }), type<WeightsEntry>()),
  /** Does what runs.import does, with a file that was opened, or else is chosen in a dialog; tells nothing where that was closed. */
  importRuns: changes(
    z.strictObject({ token: chosenToken.nullable().default(null) }),
    eventIterator(type<ImportNews>()),
  ),
  /** Exactly the figure that would be saved, as SVG. */
  previewFigure: reads(
    z.strictObject({ figure: figureRequestSchema, layout: figureLayoutSchema }),
    type<{ readonly svg: string; readonly caption: string; readonly warnings: readonly string[] }>(),
    TEXTS_ALONE,
  ),
  /** Puts a figure on the system's clipboard: an image of 300 dpi, or the text of an SVG. */
  copyFigure: reads(
    z.strictObject({ figure: figureRequestSchema, layout: figureLayoutSchema, as: z.enum(['png', 'svg']) }),
    type<null>(),
    TEXTS_ALONE,
  ),
  /** Saves a figure to a file that the user chooses. */
  saveFigure: changes(
    z.strictObject({
      ...{ figure: figureRequestSchema, layout: figureLayoutSchema, format: z.enum(FIGURE_FORMATS) },
      /** The name under which a comparison is kept, after which its file is named; null for others. */
      title: z.string().max(200).nullable().default(null),
    }),
    type<Saved>(),
    TEXTS_ALONE,
  ),
  /** Saves the study with its comparison to a file that the user chooses. */
  saveStudy: changes(oneStudy.extend({ format: z.enum(STUDY_FORMATS) }), type<Saved>()),
  /** Saves the run's final weights to a file that the user chooses. Throws 'conflict' where there are none. */
  saveWeights: changes(oneRun.extend({ layout: z.enum(['own', 'pytorch']).default('own') }), type<Saved>()),
  /** Shows the home in the system's file manager. */
  showHome: reads(nothing, type<null>()),
  /** Shows the run's own folder, with its checkpoints and final weights, in the system's file manager. */
  showRunFolder: reads(oneRun, type<null>()),
  /** Puts the path of the run's own folder on the system's clipboard: the page does not learn it. */
  copyRunFolder: reads(oneRun, type<null>()),
  /** Opens the trainer's log of the run. */
  showLog: reads(oneRun, type<null>()),
  /** Opens, in the system's browser, one of the web pages that the app knows. */
  openLink: reads(z.strictObject({ link: z.enum(['paper', 'original-code']) }), type<null>()),
  /** Lets the user choose another home in a dialog, and restarts the app with it. */
  changeHome: changes(nothing, type<null>()),
  /** Restarts the app with a home on another machine, once the user has confirmed its address in a dialog. Throws a bad request for another address. */
  openHomeElsewhere: changes(
    z.strictObject({ address: z.string().trim().min(1).max(1000) }),
    type<null>(),
    TEXTS_ALONE,
  ),
  /** Does what machines.add does, for a machine without further settings, once the user has confirmed it in a dialog; null where not. */
  addMachine: changes(
    z.strictObject({
      name: machineSchema.shape.name,
      ssh: machineSchema.shape.ssh.unwrap(),
      root: machineSchema.shape.root,
    }),
    type<RemoteMachine | null>(),
    TEXTS_ALONE,
  ),
};

/** The contract of the page: everything that a client may ask, and the procedures of the desktop. */
export const pageContract = { ...contract, desktop } satisfies ContractRouter<Access>;
