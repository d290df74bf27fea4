import type { FigureSource } from '#core/figure/built-figure.ts';
import type {
  FigureFormat,
  FigureLayout,
  FigureRequest,
  StudyFileFormat,
  WholeStudyFormat,
} from '#core/figure/figure-request.ts';
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

/** How far the export of a study is. */
export interface ExportProgress {
  /** Runs that were read, and how many there are; 0 before that is known. */
  readonly runs: number;
  readonly of: number;
  /** Event lines that were written; null for other formats. */
  readonly lines: number | null;
}

/** Whoever waits for an export. */
/** A study as a file. */
export interface StudyFileOrder {
  readonly study: string;
  readonly format: StudyFileFormat;
  /** Whether the home is on another machine, so that what its owner writes there is not here; not by default. */
  readonly isElsewhere?: boolean;
}

export interface ExportWatching {
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  readonly told?: (progress: ExportProgress) => void;
  /** Gets sentences about what the file does not have or show as it should. */
  readonly warn: (sentence: string) => void;
}

export type ExportClient = Pick<LabClient, 'runs' | 'studies' | 'datasets'>;

/** Draws figures and writes studies as files, in a thread of its own. */
export interface FigureExporter {
  /** Throws 'not-found' where a run or study is gone. */
  render(order: FigureOrder, source: FigureSource): Promise<ExportedFigure>;
  /** Writes studies, given by their public ids, into one report or spec. */
  renderStudy(
    order: { readonly studies: readonly string[]; readonly format: WholeStudyFormat },
    client: ExportClient,
  ): Promise<ExportedFile>;
  /** The bytes of a study's file, piece by piece, so that memory does not depend on how much the study has. Throws the signal's reason. */
  studyPieces(order: StudyFileOrder, client: ExportClient, watching: ExportWatching): AsyncIterable<Uint8Array>;
  /** Ends the thread. */
  close(): Promise<void>;
}
