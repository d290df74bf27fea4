import { jsonOf } from '#core/json-of.ts';

/** The first byte behind the JSON of a binary message (oRPC's format for values that travel as bytes). */
const DELIMITER = 255;

/**
 * Whether a message from the owner has the form of an answer or of a part of a stream: oRPC's own reader rejects others where nobody
 * hears it. A message of text has been read; of a binary one, only the JSON at its beginning is.
 */
export function isAnswer(message: unknown): boolean {
  if (message instanceof Uint8Array) {
    const end = message.indexOf(DELIMITER);
    return isAnswer(jsonOf(new TextDecoder().decode(end === -1 ? message : message.subarray(0, end))));
  }
  if (typeof message !== 'object' || message === null || !('i' in message) || typeof message.i !== 'string')
    return false;
  // Only the end of a stream by the other side comes without a part.
  if ('t' in message && message.t === ABORT) return true;
  return 'p' in message && typeof message.p === 'object' && message.p !== null;
}

/** The type of the message with which a side ends a stream. */
const ABORT = 4;
