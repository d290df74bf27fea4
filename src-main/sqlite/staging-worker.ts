import { closeSync, rmSync } from 'node:fs';
import { isWholeLine, parseEventLine } from '#core/exchange/event-line.ts';
import { type ExchangeMeter, isExchangeEnded, noteBytes } from '#core/exchange/exchange-meter.ts';
import { withoutLines } from '#core/exchange/import-words.ts';
import type { StagedFile } from '#core/exchange/staged-file.ts';
import { EVENT_LINES_LIMIT } from '../files/limits.ts';
import { openOrdinarySync } from '../files/ordinary-file.ts';
import { serveMethodsOf } from '../threads/channel.ts';
import { serveThread } from '../threads/serve-thread.ts';
import { type TextLine, textLinesOf } from './event-lines.ts';
import { withAppErrors } from './sqlite-error.ts';
import { StagedLines } from './staged-lines.ts';

// Entry of the thread that reads a file of event lines, checks every line, and stages what they say.

/** What a staging is made from, and where it goes. */
export interface StagingRequest {
  readonly file: string;
  readonly staging: string;
  readonly meter: ExchangeMeter;
}

/** The functions of the thread. */
export interface StagingFunctions {
  /** Throws a bad request that names the line; null where the meter said to end. */
  stage(request: StagingRequest): StagedFile | null;
}

/** Lines that are staged in one transaction, between two looks at the meter. */
const LINES_TOGETHER = 2_000;

function stage({ file, staging, meter }: StagingRequest): StagedFile | null {
  const { descriptor } = openOrdinarySync(file, EVENT_LINES_LIMIT);
  try {
    return withAppErrors(staging, () => stageFrom(descriptor, { file, staging, meter }));
  } finally {
    closeSync(descriptor);
  }
}

function stageFrom(descriptor: number, { file, staging, meter }: StagingRequest): StagedFile | null {
  rmSync(staging, { force: true });
  const lines = StagedLines.create(staging);
  try {
    const reading = new FileReading(lines);
    const texts = textLinesOf(descriptor, (bytes) => noteBytes(meter, bytes));
    for (let isOver = false; !isOver; ) {
      if (isExchangeEnded(meter)) return null;
      lines.together(() => {
        isOver = reading.take(texts, LINES_TOGETHER);
      });
    }
    if (reading.lines === 0) throw withoutLines(file);
    return {
      staging,
      ...lines.total(),
      lines: reading.lines,
      cutLine: reading.cutLine,
      withoutStart: lines.withoutStart(),
    };
  } finally {
    lines.close();
  }
}

/** The lines of one file, on their way into a staging. */
class FileReading {
  /** Lines that were staged, and the number of the last one where the file ends within it. */
  lines = 0;
  cutLine: number | null = null;
  readonly #staged: StagedLines;

  constructor(staged: StagedLines) {
    this.#staged = staged;
  }

  /** Takes up to so many lines; true once there are no more. */
  take(texts: Generator<TextLine>, most: number): boolean {
    for (let taken = 0; taken < most; taken++) {
      const { value, done } = texts.next();
      if (done === true) return true;
      this.#takeLine(value);
    }
    return false;
  }

  #takeLine({ text, number, isLast }: TextLine): void {
    // Whoever writes the file may not be done with its last line; all lines before it are whole.
    if (isLast && !isWholeLine(text)) {
      if (this.lines > 0) this.cutLine = number;
      else parseEventLine(text, number);
      return;
    }
    const line = parseEventLine(text, number);
    if ('runId' in line) this.#staged.addEvent(line, number);
    else if (line.type === 'study.exported') this.#staged.addStudy(line.study);
    this.lines++;
  }
}

serveThread(serveMethodsOf({ stage } satisfies StagingFunctions));
