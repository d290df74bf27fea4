import type { OpenDialogOptions } from 'electron';
import type { z } from 'zod';
import type { FileChoice } from '#core/data/dataset-kind.ts';
import {
  type DatasetLocation,
  datasetKindOf,
  datasetLocationSchema,
  type fileOptionsSchema,
  pathOf,
} from '#core/data/dataset-location.ts';
import { badRequest } from '#core/errors.ts';
import type { ImportNews } from '#core/exchange/import-news.ts';
import { parse } from '#core/validation.ts';
import { ChosenFiles } from './chosen-files.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { chooseToOpen } from './file-dialogs.ts';
import { pageProcedure } from './page-procedure.ts';

/** The procedures for data sets and runs from files that the user chooses. */
export function datasetProcedures({ lab, window }: DesktopPorts) {
  const chosen = new ChosenFiles<string>();
  return {
    chooseDataset: pageProcedure.desktop.chooseDataset.handler(async ({ input: { kind, what } }) => {
      const path = await chooseToOpen(window, datasetDialog(kind, what));
      return path === null ? null : chosen.add(path, kind);
    }),
    checkDataset: pageProcedure.desktop.checkDataset.handler(async ({ input: { token, options, most } }) => {
      const location = locationOf(chosen.get(token), options);
      return lab.ask((client) => client.datasets.check({ location, most }), 'reads');
    }),
    addDataset: pageProcedure.desktop.addDataset.handler(async ({ input: { token, name, options, replace } }) => {
      const location = locationOf(chosen.get(token), options);
      const added = await lab.ask((client) => client.datasets.add({ name, location, replace }), 'changes');
      chosen.delete(token);
      return added;
    }),
    removeDataset: pageProcedure.desktop.removeDataset.handler(async ({ input: { name } }) => {
      const datasets = await lab.ask((client) => client.datasets.list({}), 'reads');
      await lab.ask((client) => client.datasets.remove({ name }), 'changes');
      const location = datasets.find((dataset) => dataset.name === name)?.location;
      const path = location === undefined ? null : pathOf(location);
      return location === undefined || path === null ? null : chosen.add(path, location.kind);
    }),
    importRuns: pageProcedure.desktop.importRuns.handler(async ({ signal }) => {
      const path = await chooseToOpen(window, IMPORT_DIALOG);
      if (path === null) return nothing();
      return lab.ask((client) => client.runs.import({ path }, signal === undefined ? {} : { signal }), 'changes');
    }),
  };
}

interface ChosenData {
  readonly path: string;
  readonly kind: string;
}

/** Throws a bad request where the files were chosen for another kind. */
function locationOf({ path, kind }: ChosenData, options: z.infer<typeof fileOptionsSchema>): DatasetLocation {
  if (kind !== options.kind) throw badRequest('The file was chosen for another kind of data set: choose it again.');
  return parse(datasetLocationSchema, { ...options, path }, 'the data set');
}

const IMPORT_DIALOG: OpenDialogOptions = {
  title: 'Import runs',
  filters: [{ name: 'Event lines', extensions: ['ndjson', 'jsonl'] }],
  properties: ['openFile'],
};

function datasetDialog(kind: string, what: FileChoice): OpenDialogOptions {
  const { files, title } = datasetKindOf({ kind });
  const options = { title: files?.dialogTitle ?? title };
  if (what === 'folder') return { ...options, properties: ['openDirectory'] };
  const filters = files?.filter === undefined ? [] : [{ ...files.filter, extensions: [...files.filter.extensions] }];
  return { ...options, properties: ['openFile'], filters };
}

/** What is told where the dialog was closed. */
async function* nothing(): AsyncGenerator<ImportNews> {}
