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
import type { ImportNews } from '#core/exchange/import-news.ts';
import { parse } from '#core/validation.ts';
import type { ChosenFiles } from './chosen-files.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { chooseToOpen } from './file-dialogs.ts';
import { refuseFilesOfHere } from './files-here.ts';
import { pageProcedure } from './page-procedure.ts';

/** The procedures for data sets and runs from files that the user chooses. */
export function datasetProcedures(ports: DesktopPorts) {
  const { lab, window, chosen, tools } = ports;
  return {
    chooseDataset: pageProcedure.desktop.chooseDataset.handler(async ({ input: { kind, what } }) => {
      refuseFilesOfHere(ports);
      const path = await chooseToOpen(window, datasetDialog(kind, what));
      if (path === null) return null;
      const dataset = (await tools.datasetKindAt(path)) ?? kind;
      return { ...chosen.add(path, { dataset }), dataset };
    }),
    checkDataset: pageProcedure.desktop.checkDataset.handler(async ({ input: { token, options, most } }) => {
      const location = locationOf(chosen, token, options);
      return lab.ask((client) => client.datasets.check({ location, most }), 'reads');
    }),
    addDataset: pageProcedure.desktop.addDataset.handler(async ({ input: { token, name, options, replace } }) => {
      const location = locationOf(chosen, token, options);
      const added = await lab.ask((client) => client.datasets.add({ name, location, replace }), 'changes');
      chosen.delete(token);
      return added;
    }),
    removeDataset: pageProcedure.desktop.removeDataset.handler(async ({ input: { name } }) => {
      const datasets = await lab.ask((client) => client.datasets.list({}), 'reads');
      await lab.ask((client) => client.datasets.remove({ name }), 'changes');
      const location = datasets.find((dataset) => dataset.name === name)?.location;
      const path = location === undefined ? null : pathOf(location);
      return location === undefined || path === null ? null : chosen.add(path, { dataset: location.kind });
    }),
    importRuns: pageProcedure.desktop.importRuns.handler(async ({ input: { token }, signal }) => {
      refuseFilesOfHere(ports);
      const path = token === null ? await chooseToOpen(window, IMPORT_DIALOG) : chosen.get(token, 'event lines');
      if (path === null) return nothing();
      return lab.ask((client) => client.runs.import({ path }, signal === undefined ? {} : { signal }), 'changes');
    }),
  };
}

/** Throws a bad request where the files were chosen for another kind. */
function locationOf(chosen: ChosenFiles, token: string, options: z.infer<typeof fileOptionsSchema>): DatasetLocation {
  const path = chosen.get(token, { dataset: String(options.kind) });
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
  // The kind is seen from what is chosen, so a kind that lies in folders lets all files through.
  const filters = files?.filter === undefined ? [] : [{ ...files.filter, extensions: [...files.filter.extensions] }];
  return { ...options, properties: ['openFile'], filters };
}

/** What is told where the dialog was closed. */
async function* nothing(): AsyncGenerator<ImportNews> {}
