import type { LabClient } from '#contract/client.ts';
import type { FigureSource } from '#core/figure/built-figure.ts';
import type { FigureFormat, FigureLayout, FigureRequest, StudyFormat } from '#core/figure/figure-request.ts';

export interface ExportedFile {
  readonly data: Uint8Array;
  /** Without the dot. */
  readonly extension: string;
}

/** Draws figures and writes studies off the main thread. */
export interface FigureExporter {
  render(
    drawing: { readonly figure: FigureRequest; readonly layout: FigureLayout; readonly format: FigureFormat },
    source: FigureSource,
  ): Promise<ExportedFile & { readonly caption: string }>;
  renderStudy(
    request: { readonly study: string; readonly format: StudyFormat },
    client: LabClient,
  ): Promise<ExportedFile>;
}
