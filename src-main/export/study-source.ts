import type { ExportClient } from '#contract/exporter.ts';
import { figureSource } from '#contract/figure-source.ts';
import type { FigureSource } from '#core/figure/built-figure.ts';
import type { StudyTableFormat, WholeStudyFormat } from '#core/figure/figure-request.ts';
import type { DatasetRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';

/** One study, or several, in a report or a spec. */
export interface StudyOrder {
  readonly studies: readonly string[];
  readonly format: WholeStudyFormat;
}

export interface StudyTableOrder {
  readonly study: string;
  readonly format: StudyTableFormat;
}

/** The source of the numbers in exports of a study. */
export interface StudySource extends FigureSource {
  /** The data set with the hash of its images, which are read if the hash is not stored; null for a name that is no longer known. */
  dataset(name: string): Promise<DatasetRecord | null>;
  /** The events of a run other than epochs, steps, freezes and checkpoints. */
  history(run: string): Promise<readonly RunEvent[]>;
}

export function studySource(client: ExportClient): StudySource {
  const { runs, datasets } = client;
  return {
    ...figureSource(client),
    async dataset(name) {
      const found = (await datasets.list({})).find((dataset) => dataset.name === name) ?? null;
      return found === null || found.sha256 !== null ? found : datasets.verify({ name });
    },
    history: (run) => runs.history({ run }),
  };
}
