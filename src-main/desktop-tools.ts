import { basename } from 'node:path';
import type { Diagnosis } from '#contract/desktop.ts';
import type { FigureExporter } from '#contract/exporter.ts';
import { datasetKindIn } from '#core/data/dataset-look.ts';
import { homeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { variableKinds } from '#core/network/network.ts';
import { inPyTorchLayout } from '#core/network/pytorch-layout.ts';
import { CONTENT_BYTES, contentOf, specTextIn } from '#core/opened-content.ts';
import type { DesktopTools, HandedContent, Restoration } from './electron/desktop-ports.ts';
import { DATA_LIMIT, SPEC_LIMIT } from './files/limits.ts';
import { headOfOrdinary, readOrdinary } from './files/ordinary-file.ts';
import { inBackupThread } from './sqlite/backup-thread.ts';
import { askThread } from './threads/answer-once.ts';

/** Joins the desktop to the adapters; each adapter is loaded when it is first needed. */
export function desktopTools(home: string): DesktopTools {
  const isHere = homeElsewhere(home) === null;
  /** One thread draws all figures; the first figure starts it. */
  let exporter: FigureExporter | null = null;
  return {
    diagnose: diagnoseAside,
    async writeFile(path, content) {
      const { writeDurably } = await import('./files/durable-file.ts');
      await writeDurably(path, content);
    },
    async writeWeights({ run: { id, model }, pieces, layout, path }) {
      const { writeSafetensors } = await import('./checkpoints/safetensors.ts');
      const { receivedWeights } = await import('./received-weights.ts');
      const tensors = await receivedWeights(pieces);
      const inLayout = layout === 'own' ? tensors : inPyTorchLayout(tensors, variableKinds(model));
      await writeSafetensors(path, {
        tensors: inLayout,
        metadata: { run: id, layout, model: JSON.stringify(model) },
      });
    },
    async openFigureExporter() {
      const { openFigureExporter } = await import('./export/figure-export.ts');
      exporter ??= openFigureExporter();
      return exporter;
    },
    async datasetKindAt(path) {
      const { lookAt } = await import('./datasets/dataset-look.ts');
      return datasetKindIn(await lookAt(path))?.kind ?? null;
    },
    contentAt,
    restoration: isHere ? restorationOf(home) : NO_RESTORATION,
  };
}

/** The files of a home on another machine are looked after there. */
const NO_RESTORATION: Restoration = {
  remedies: async () => ({ backup: null, hasLostChanges: false }),
  prepare: async () => Promise.reject(elsewhere()),
  salvage: async () => Promise.reject(elsewhere()),
};

function elsewhere(): AppError {
  return new AppError('conflict', 'This home is on another machine: its database is looked after there.');
}

async function contentAt(path: string): Promise<HandedContent> {
  const name = basename(path);
  const { isDirectory } = await import('./datasets/data-file.ts');
  if (await isDirectory(path))
    throw badRequest(`${name} holds no data set that this app knows: the help on data sets says what one looks like.`);
  const kind = contentOf(await headOfOrdinary(path, DATA_LIMIT, CONTENT_BYTES), name);
  if (kind !== 'json') return { kind };
  return { kind: 'spec', text: specTextIn((await readOrdinary(path, SPEC_LIMIT)).toString(), name) };
}

function restorationOf(home: string): Restoration {
  return {
    remedies: () =>
      inBackupThread('looks at the backups', async (remote) => ({
        backup: await remote.restorableBackup(home),
        hasLostChanges: await remote.hasLostChanges(home),
      })),
    async prepare(name) {
      const staged = await inBackupThread('looks at the backup', (remote) => remote.stageBackup(home, name));
      return () => inBackupThread('restores the backup', (remote) => remote.placeBackup(staged));
    },
    salvage: () => inBackupThread('keeps what is undamaged', (remote) => remote.salvageDatabase(home)),
  };
}

/** Reading the set-up's records is synchronous and would block the main thread. */
function diagnoseAside(): Promise<Diagnosis> {
  const entry = new URL('./diagnosis-thread.ts', import.meta.url);
  const question = { name: 'diagnosis', does: 'looks at what is installed', patienceSeconds: 15 };
  return askThread(entry, { ...question, request: null });
}
