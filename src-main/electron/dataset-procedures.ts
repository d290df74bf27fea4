import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { OpenDialogOptions } from 'electron';
import type { DatasetLocation, FileKind } from '#core/data/dataset-location.ts';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import { badRequest } from '#core/errors.ts';
import { parse } from '#core/validation.ts';
import { ChosenFiles } from './chosen-files.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { chooseToOpen } from './file-dialogs.ts';
import { pageProcedure } from './page-procedure.ts';

/** Longest file of event lines that is read: about a million lines. */
const MOST_IMPORTED_BYTES = 256 * 1024 * 1024;

/** Data sets and runs that come from files of the user's choice. */
export function datasetProcedures({ lab, window }: DesktopPorts): object {
  const chosen = new ChosenFiles<FileKind>();
  return {
    chooseDataset: pageProcedure.desktop.chooseDataset.handler(async ({ input: { kind, what } }) => {
      const path = await chooseToOpen(window, datasetDialog(kind, what));
      return path === null ? null : chosen.add(path, kind);
    }),
    addDataset: pageProcedure.desktop.addDataset.handler(async ({ input: { token, name, ...options } }) => {
      const { path, kind } = chosen.get(token);
      const location = locationOf(kind, path, options);
      const added = await lab.ask((client) => client.datasets.add({ name, location }), 'change');
      chosen.delete(token);
      return added;
    }),
    removeDataset: pageProcedure.desktop.removeDataset.handler(async ({ input: { name } }) => {
      const datasets = await lab.ask((client) => client.datasets.list({}), 'read');
      await lab.ask((client) => client.datasets.remove({ name }), 'change');
      const location = datasets.find((dataset) => dataset.name === name)?.location;
      return location !== undefined && 'path' in location ? chosen.add(location.path, location.kind) : null;
    }),
    importRuns: pageProcedure.desktop.importRuns.handler(async () => {
      const path = await chooseToOpen(window, IMPORT_DIALOG);
      if (path === null) return null;
      const lines = await linesOf(path);
      return lab.ask((client) => client.runs.import({ lines }), 'change');
    }),
  };
}

const IMPORT_DIALOG: OpenDialogOptions = {
  title: 'Import runs',
  filters: [{ name: 'Event lines', extensions: ['ndjson', 'jsonl'] }],
  properties: ['openFile'],
};

const DIALOG_TITLES: Readonly<Record<FileKind, string>> = {
  cifar10: 'CIFAR-10 in its binary version',
  cifar100: 'CIFAR-100 in its binary version',
  'image-folder': 'Folder of PNG and JPEG images',
  npz: 'File of NumPy arrays',
  idx: 'Folder of IDX files',
};

const ARCHIVES = { name: 'Archives', extensions: ['tar.gz', 'tgz', 'gz', 'tar'] };
const NUMPY_ARRAYS = { name: 'NumPy arrays', extensions: ['npz'] };

function datasetDialog(kind: FileKind, what: 'folder' | 'file'): OpenDialogOptions {
  const title = DIALOG_TITLES[kind];
  if (what === 'folder') return { title, properties: ['openDirectory'] };
  return { title, properties: ['openFile'], filters: [kind === 'npz' ? NUMPY_ARRAYS : ARCHIVES] };
}

type LocationOptions = { readonly classes?: number | undefined; readonly size?: number | undefined };

function locationOf(kind: FileKind, path: string, options: LocationOptions): DatasetLocation {
  return parse(datasetLocationSchema, { kind, path, ...options }, 'the data set');
}

async function linesOf(path: string): Promise<string[]> {
  if ((await stat(path)).size > MOST_IMPORTED_BYTES) {
    throw badRequest('The file is larger than 256 MB: import it with `npm run lab -- runs import` in parts.');
  }
  const lines: string[] = [];
  for await (const line of createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    lines.push(line);
  }
  return lines;
}
