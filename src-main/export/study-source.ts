import type { LabClient } from '#contract/client.ts';
import type { FigureSource } from '#core/figure/built-figure.ts';
import type { StudyFormat } from '#core/figure/figure-request.ts';

export interface StudyOrder {
  readonly study: string;
  readonly format: StudyFormat;
}

/** Where exports of a study get their numbers from. */
export interface StudySource extends FigureSource {
  /** The study and the events of its finished runs, as lines. */
  lines(study: string): Promise<readonly string[]>;
}

export function linesOf(client: Pick<LabClient, 'studies'>): Pick<StudySource, 'lines'> {
  return {
    async lines(study) {
      const { lines } = await client.studies.export({ study });
      return lines;
    },
  };
}
