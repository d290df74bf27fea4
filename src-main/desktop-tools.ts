import { join } from 'node:path';
import type { Diagnosis } from '#contract/desktop.ts';
import type { FigureExporter } from '#contract/exporter.ts';
import { AppError } from '#core/errors.ts';
import { variableKinds } from '#core/network/network.ts';
import { inPyTorchLayout } from '#core/network/pytorch-layout.ts';
import { FINAL_WEIGHTS } from './checkpoints/run-folders.ts';
import type { DesktopTools, Restoration } from './electron/desktop-ports.ts';
import { inBackupThread } from './sqlite/backup-thread.ts';
import { askThread } from './threads/answer-once.ts';

/** Joins the desktop to the adapters; each adapter is loaded when it is first needed. */
export function desktopTools(home: string): DesktopTools {
  /** One thread draws all figures; the first figure starts it. */
  let exporter: FigureExporter | null = null;
  return {
    diagnose: diagnoseAside,
    async writeFile(path, content) {
      const { writeDurably } = await import('./checkpoints/durable-file.ts');
      await writeDurably(path, content);
    },
    async writeWeights({ run: { id, status, model }, layout, path }) {
      const { readSafetensors, writeSafetensors } = await import('./checkpoints/safetensors.ts');
      const { tensors } = await readSafetensors(join(home, 'runs', id, FINAL_WEIGHTS)).catch((error) => {
        if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
        throw new AppError('conflict', `Run ${id} is ${status} and has no final weights here: finish it first.`);
      });
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
    restoration: restorationOf(home),
  };
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
