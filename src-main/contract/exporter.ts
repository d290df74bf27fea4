import type { FigureSource } from '#core/figure/built-figure.ts';
import type { FigureFormat, FigureLayout, FigureRequest, StudyFormat } from '#core/figure/figure-request.ts';
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
  renderStudy(
    order: { readonly study: string; readonly format: StudyFormat },
    client: Pick<LabClient, 'runs' | 'studies'>,
  ): Promise<ExportedFile>;
  close(): Promise<void>;
}
