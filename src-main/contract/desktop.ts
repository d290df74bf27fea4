import type { ContractRouter } from '@orpc/contract';
import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import { FILE_CHOICES } from '#core/data/dataset-kind.ts';
import { FILE_KINDS, fileOptionsSchema } from '#core/data/dataset-location.ts';
import { FIGURE_FORMATS, figureLayoutSchema, figureRequestSchema, STUDY_FORMATS } from '#core/figure/figure-request.ts';
import type { DatasetRecord } from '#core/records.ts';
import { contract } from './contract.ts';
import type { Name } from './fields.ts';
import { newDatasetName, nothing, oneRun, oneStudy } from './fields.ts';
import type { Access } from './procedure.ts';
import { changes, reads, TEXTS_ALONE } from './procedure.ts';

/** What training would run on here. */
export interface Diagnosis {
  readonly backend: 'tensorflow-cpu' | 'tensorflow-gpu' | 'none';
  readonly tensorflowVersion: string | null;
  readonly device: string;
  readonly node: string;
  readonly electron: string | null;
  readonly sqliteVersion: string | null;
  /** What training lacks, each with the command that mends it. */
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

/** Whether this app owns the home, speaks to the program that does, or is looking for one of the two. */
export type Ownership = 'owner' | 'client' | 'looking';

/** A file that the user chose in the system's dialog: its name to show, and a token in place of its path. */
export interface ChosenFile {
  readonly token: string;
  readonly name: string;
}

/** Where something was saved to, by its name alone; null where the user closed the dialog. */
export type Saved = { readonly name: string } | null;

/** What only the desktop can do. Paths stay on its side: pages name things, and dialogs choose files. */
const desktop = {
  /** The app's version, where its home is, and what it can do here. */
  about: reads(nothing, type<About>()),
  /** The state now, then each change. */
  ownership: reads(nothing, eventIterator(type<Ownership>())),
  /** Shows a page of the app, as the menu, the tray or a notification asked for: '#/runs/abc'. */
  navigation: reads(nothing, eventIterator(type<{ readonly hash: string }>())),
  /** What happened outside of the page and its user should know. */
  notices: reads(nothing, eventIterator(type<{ readonly text: string }>())),
  /** Chooses the files of a data set in a dialog; null where it was closed. */
  chooseDataset: changes(
    z.strictObject({ kind: z.enum(FILE_KINDS.map(({ kind }) => kind)), what: z.enum(FILE_CHOICES) }),
    type<ChosenFile | null>(),
    TEXTS_ALONE,
  ),
  /** Like datasets.add, of files that were chosen. */
  addDataset: changes(
    z.strictObject({
      token: z.string().min(1).max(100).brand<Name>(),
      name: newDatasetName,
      /** The kind that the file was chosen for, and what else its location says. */
      options: fileOptionsSchema,
    }),
    type<DatasetRecord>(),
    TEXTS_ALONE,
  ),
  /** Like datasets.remove; the token takes it back with addDataset. Null for one without files. */
  removeDataset: changes(z.strictObject({ name: newDatasetName }), type<ChosenFile | null>()),
  /** Event lines of `run`, `study` or an export, chosen in a dialog; null where it was closed. */
  importRuns: changes(
    nothing,
    type<{ readonly runIds: readonly string[]; readonly studyIds: readonly string[] } | null>(),
  ),
  /** The very figure that would be saved, as SVG. */
  previewFigure: reads(
    z.strictObject({ figure: figureRequestSchema, layout: figureLayoutSchema }),
    type<{ readonly svg: string; readonly caption: string }>(),
    TEXTS_ALONE,
  ),
  /** Into a file of the user's choice. */
  saveFigure: changes(
    z.strictObject({ figure: figureRequestSchema, layout: figureLayoutSchema, format: z.enum(FIGURE_FORMATS) }),
    type<Saved>(),
    TEXTS_ALONE,
  ),
  /** The study with its comparison, into a file of the user's choice. */
  saveStudy: changes(oneStudy.extend({ format: z.enum(STUDY_FORMATS) }), type<Saved>()),
  /** The run's final weights, into a file of the user's choice. Throws 'conflict' where there are none. */
  saveWeights: changes(oneRun.extend({ layout: z.enum(['own', 'pytorch']).default('own') }), type<Saved>()),
  /** In the system's file manager. */
  showHome: reads(nothing, type<null>()),
  /** The run's own folder, with its checkpoints and final weights. */
  showRunFolder: reads(oneRun, type<null>()),
  /** The trainer's log of the run. */
  showLog: reads(oneRun, type<null>()),
  /** Opens one of the pages that the app knows in the system's browser. */
  openLink: reads(z.strictObject({ link: z.enum(['paper', 'original-code']) }), type<null>()),
  /** Chooses another home in a dialog and opens the app anew with it. */
  changeHome: changes(nothing, type<null>()),
};

/** The contract of the page: everything that a client may ask, and the desktop's own. */
export const pageContract = { ...contract, desktop } satisfies ContractRouter<Access>;
