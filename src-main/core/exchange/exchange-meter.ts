const PLACES = { isEnded: 0, bytes: 1, events: 2, runs: 3, ofRuns: 4 } as const;

/**
 * How far an import or an export is, and whether it is to end: memory that several threads share, since a thread in the middle of a
 * transaction reads no messages.
 */
export interface ExchangeMeter {
  readonly cells: Float64Array;
}

/** What a meter shows. */
export interface MeterReading {
  /** Bytes of the file that were read. */
  readonly bytes: number;
  /** Events that were stored or written. */
  readonly events: number;
  /** Runs that were written, and how many there are; 0 before that is known. */
  readonly runs: number;
  readonly ofRuns: number;
}

export function newExchangeMeter(): ExchangeMeter {
  return {
    cells: new Float64Array(new SharedArrayBuffer(Object.keys(PLACES).length * Float64Array.BYTES_PER_ELEMENT)),
  };
}

/** Asks the work to end. */
export function endExchange({ cells }: ExchangeMeter): void {
  cells[PLACES.isEnded] = 1;
}

export function isExchangeEnded({ cells }: ExchangeMeter): boolean {
  return cells[PLACES.isEnded] === 1;
}

export function meterReading({ cells }: ExchangeMeter): MeterReading {
  const of = (place: keyof typeof PLACES) => cells[PLACES[place]] ?? 0;
  return { bytes: of('bytes'), events: of('events'), runs: of('runs'), ofRuns: of('ofRuns') };
}

export function noteBytes({ cells }: ExchangeMeter, bytes: number): void {
  cells[PLACES.bytes] = bytes;
}

export function noteEvent({ cells }: ExchangeMeter): void {
  cells[PLACES.events] = (cells[PLACES.events] ?? 0) + 1;
}

export function noteRuns({ cells }: ExchangeMeter, runs: number, of: number): void {
  cells[PLACES.runs] = runs;
  cells[PLACES.ofRuns] = of;
}
