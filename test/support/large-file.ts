import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toJson } from '#core/numbers.ts';
import type { RunEventBody } from '#core/run-event.ts';
import {
  checkpointSaved,
  epochFinished,
  numbered,
  runFinished,
  secondsOf,
  started,
  stepSampled,
} from './store-fixtures.ts';

/** A file of event lines, as large as it is told. */
export interface LargeFile {
  readonly runs: number;
  /** Of each run; at least 4. */
  readonly events: number;
  /** Rates in each sampled step: they decide how long a line is. */
  readonly layers: number;
}

/** The events between an epoch's end and the next. */
const STEPS_OF_EPOCH = 18;

/** Writes whole runs, each with its start, epochs of sampled steps with checkpoints, and its end. */
export async function writeLargeFile(path: string, large: LargeFile): Promise<void> {
  await pipeline(Readable.from(linesOf(large)), createWriteStream(path));
}

function* linesOf({ runs, events, layers }: LargeFile): Generator<string> {
  for (let run = 0; run < runs; run++) {
    let lines = '';
    for (let seq = 1; seq <= events; seq++) {
      lines += `${toJson(numbered(`large-${run}`, [bodyOf(seq, events, layers)], seq)[0])}\n`;
      if (lines.length < 2 ** 18) continue;
      yield lines;
      lines = '';
    }
    yield lines;
  }
}

function bodyOf(seq: number, events: number, layers: number): RunEventBody {
  if (seq === 1) return started;
  if (seq === events) return runFinished({ seconds: secondsOf(events) });
  const [epoch, place] = [Math.floor((seq - 2) / (STEPS_OF_EPOCH + 2)) + 1, (seq - 2) % (STEPS_OF_EPOCH + 2)];
  if (place === STEPS_OF_EPOCH) return epochFinished(epoch);
  if (place === STEPS_OF_EPOCH + 1) return checkpointSaved(epoch * 20, epoch * 10);
  const learningRates = Array.from({ length: layers }, (_, layer) => Math.cos(seq + layer) ** 2);
  return stepSampled(seq, { loss: 2 + Math.sin(seq), learningRates });
}
