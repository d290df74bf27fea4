const PLACES = { isEnded: 0, bytes: 1, events: 2 } as const;

/**
 * How far an import is, and whether it is to end: memory that several threads share, since a thread in the middle of a transaction
 * reads no messages.
 */
export interface ImportMeter {
  readonly cells: Float64Array;
}

export function newImportMeter(): ImportMeter {
  return {
    cells: new Float64Array(new SharedArrayBuffer(Object.keys(PLACES).length * Float64Array.BYTES_PER_ELEMENT)),
  };
}

/** Asks the work to end. */
export function endImport({ cells }: ImportMeter): void {
  cells[PLACES.isEnded] = 1;
}

export function isImportEnded({ cells }: ImportMeter): boolean {
  return cells[PLACES.isEnded] === 1;
}

/** Bytes of the file that were read, and events that were stored. */
export function importReading({ cells }: ImportMeter): { readonly bytes: number; readonly events: number } {
  return { bytes: cells[PLACES.bytes] ?? 0, events: cells[PLACES.events] ?? 0 };
}

export function noteBytes({ cells }: ImportMeter, bytes: number): void {
  cells[PLACES.bytes] = bytes;
}

export function noteEvent({ cells }: ImportMeter): void {
  cells[PLACES.events] = (cells[PLACES.events] ?? 0) + 1;
}
