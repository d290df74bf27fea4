import type { Readings } from '#core/ports.ts';
import type { RunSummary, StudySummary } from '#core/records.ts';
import { type Textual, textual, untextual } from './textual.ts';

type Answer<Name extends keyof Readings> = Awaited<ReturnType<Readings[Name]>>;

/** The form in which an answer travels from the reading thread to the one that asks. */
interface Packing<Value, Packed> {
  pack(answer: Value): Packed;
  unpack(packed: Packed): Value;
}

interface RowTexts {
  readonly rows: readonly Textual<RunSummary>[];
  readonly next: number | null;
}

const runRows: Packing<Answer<'runRows'>, RowTexts> = {
  pack: ({ rows, next }) => ({ rows: rows.map(textual), next }),
  unpack: ({ rows, next }) => ({ rows: rows.map(untextual), next }),
};

const overview: Packing<Answer<'overview'>, readonly Textual<StudySummary>[]> = {
  pack: (studies) => studies.map(textual),
  unpack: (texts) => texts.map(untextual),
};

const valuesAt: Packing<Answer<'valuesAt'>, Textual<Answer<'valuesAt'>>> = { pack: textual, unpack: untextual };

/** The readings whose answers travel as text; all other answers travel as they are. */
const PACKINGS: ReadonlyMap<string, Packing<unknown, unknown>> = new Map(
  Object.entries({ runRows, overview, valuesAt }),
);

export function packReading(name: string, answer: unknown): unknown {
  return PACKINGS.get(name)?.pack(answer) ?? answer;
}

export function unpackReading(name: string, packed: unknown): unknown {
  return PACKINGS.get(name)?.unpack(packed) ?? packed;
}
