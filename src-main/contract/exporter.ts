import type { FigureSource } from '#core/figure/built-figure.ts';
import type { FigureFormat, FigureLayout, FigureRequest, StudyFileFormat } from '#core/figure/figure-request.ts';
import type { LabClient } from './client.ts';

export interface FigureOrder {
  readonly figure: FigureRequest;
  readonly layout: FigureLayout;
  readonly format: FigureFormat;
}

export interface ExportedFile {
  readonly data: Uint8Array;
  /** The ending of the file's name, without the dot. */
  readonly extension: string;
  /** Sentences about what the file does not show as it should. */
  readonly warnings: readonly string[];
}

export interface ExportedFigure extends ExportedFile {
  /** The line below the figure. */
  readonly caption: string;
}

/** Draws figures and writes studies as files, in a thread of its own. */
export interface FigureExporter {
  /** Throws 'not-found' where a run or study is gone. */
  render(order: FigureOrder, source: FigureSource): Promise<ExportedFigure>;
  /**
   * Writes studies, given by their public ids. Throws a bad request where one file of that format cannot hold several.
   */
  renderStudy(
    order: { readonly studies: readonly string[]; readonly format: StudyFileFormat },
    client: Pick<LabClient, 'runs' | 'studies' | 'datasets'>,
  ): Promise<ExportedFile>;
  /** Ends the thread. */
  close(): Promise<void>;
}
