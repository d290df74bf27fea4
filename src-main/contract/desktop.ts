import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import { FILE_CHOICES } from '#core/data/dataset-kind.ts';
import { FILE_KINDS, fileOptionsSchema } from '#core/data/dataset-location.ts';
import { FIGURE_FORMATS, figureLayoutSchema, figureRequestSchema, STUDY_FORMATS } from '#core/figure/figure-request.ts';
import type { DatasetRecord } from '#core/records.ts';
import { contract } from './contract.ts';
import { newDatasetName, nothing, oneRun, oneStudy } from './fields.ts';

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
  about: oc.input(nothing).output(type<About>()),
  /** The state now, then each change. */
  ownership: oc.input(nothing).output(eventIterator(type<Ownership>())),
  /** Shows a page of the app, as the menu, the tray or a notification asked for: '#/runs/abc'. */
  navigation: oc.input(nothing).output(eventIterator(type<{ readonly hash: string }>())),
  /** What happened outside of the page and its user should know. */
  notices: oc.input(nothing).output(eventIterator(type<{ readonly text: string }>())),
  chooseDataset: oc
    .input(z.strictObject({ kind: z.enum(FILE_KINDS.map(({ kind }) => kind)), what: z.enum(FILE_CHOICES) }))
    .output(type<ChosenFile | null>()),
  addDataset: oc
    .input(
      z.strictObject({
        token: z.string().min(1).max(100),
        name: newDatasetName,
        /** The kind that the file was chosen for, and what else its location says. */
        options: fileOptionsSchema,
      }),
    )
    .output(type<DatasetRecord>()),
  /** Like datasets.remove; the token takes it back with addDataset. Null for one without files. */
  removeDataset: oc.input(z.strictObject({ name: newDatasetName })).output(type<ChosenFile | null>()),
  /** Event lines of `run`, `study` or an export, chosen in a dialog; null where it was closed. */
  importRuns: oc
    .input(nothing)
    .output(type<{ readonly runIds: readonly string[]; readonly studyIds: readonly string[] } | null>()),
  /** The very figure that would be saved, as SVG. */
  previewFigure: oc
    .input(z.strictObject({ figure: figureRequestSchema, layout: figureLayoutSchema }))
    .output(type<{ readonly svg: string; readonly caption: string }>()),
  saveFigure: oc
    .input(z.strictObject({ figure: figureRequestSchema, layout: figureLayoutSchema, format: z.enum(FIGURE_FORMATS) }))
    .output(type<Saved>()),
  saveStudy: oc.input(oneStudy.extend({ format: z.enum(STUDY_FORMATS) })).output(type<Saved>()),
  saveWeights: oc.input(oneRun.extend({ layout: z.enum(['own', 'pytorch']).default('own') })).output(type<Saved>()),
  /** In the system's file manager. */
  showHome: oc.input(nothing).output(type<null>()),
  showRunFolder: oc.input(oneRun).output(type<null>()),
  showLog: oc.input(oneRun).output(type<null>()),
  /** Opens one of the pages that the app knows in the system's browser. */
  openLink: oc.input(z.strictObject({ link: z.enum(['paper', 'original-code']) })).output(type<null>()),
  /** Chooses another home in a dialog and opens the app anew with it. */
  changeHome: oc.input(nothing).output(type<null>()),
};

/** The contract of the page: everything that a client may ask, and the desktop's own. */
export const pageContract = { ...contract, desktop };
