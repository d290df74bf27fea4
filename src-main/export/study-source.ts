import type { LabClient } from '#contract/client.ts';
import { figureSource } from '#contract/figure-source.ts';
import type { FigureSource } from '#core/figure/built-figure.ts';
import type { StudyFileFormat } from '#core/figure/figure-request.ts';
import type { DatasetRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';

export interface StudyOrder {
  /** One study, or several for a report or a spec. */
  readonly studies: readonly string[];
  readonly format: StudyFileFormat;
}

/** The source of the numbers in exports of a study. */
export interface StudySource extends FigureSource {
  /** The study and the events of its finished runs, as lines. */
  lines(study: string): Promise<readonly string[]>;
  /** The data set with the hash of its images, which are read if the hash is not stored; null for a name that is no longer known. */
  dataset(name: string): Promise<DatasetRecord | null>;
  /** The events of a run other than epochs, steps, freezes and checkpoints. */
  history(run: string): Promise<readonly RunEvent[]>;
}

export type StudyClient = Pick<LabClient, 'runs' | 'studies' | 'datasets'>;

export function studySource(client: StudyClient): StudySource {
  const { runs, studies, datasets } = client;
  return {
    ...figureSource(client),
    async lines(study) {
      const { lines } = await studies.export({ study });
      return lines;
    },
    async dataset(name) {
      const found = (await datasets.list({})).find((dataset) => dataset.name === name) ?? null;
      return found === null || found.sha256 !== null ? found : datasets.verify({ name });
    },
    history: (run) => runs.history({ run }),
  };
}
