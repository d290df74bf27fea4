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
  /** Of the file's name, without the dot. */
  readonly extension: string;
}

export interface ExportedFigure extends ExportedFile {
  /** What stands below the figure, on one line. */
  readonly caption: string;
}

/** Draws figures and writes studies to files, off the caller's thread. */
export interface FigureExporter {
  /** Throws 'not-found' where a run or study is gone. */
  render(order: FigureOrder, source: FigureSource): Promise<ExportedFigure>;
  /** By their public ids. Throws a bad request where several studies do not go into one file of that format. */
  renderStudy(
    order: { readonly studies: readonly string[]; readonly format: StudyFileFormat },
    client: Pick<LabClient, 'runs' | 'studies' | 'datasets'>,
  ): Promise<ExportedFile>;
  /** Ends its thread. */
  close(): Promise<void>;
}
