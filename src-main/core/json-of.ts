/** Values of a text of JSON, each of which may take a hundred bytes of memory. */
const MOST_VALUES = 1_000_000;
const VALUE_STARTS = new Set([...',[{'].map((sign) => sign.charCodeAt(0)));

/** As `jsonOf`, of bytes or a text from outside: undefined also where it holds more values than this, by default than fit a modest memory. */
export function boundedJsonOf(content: Uint8Array | string, most = MOST_VALUES): unknown {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  return hasFewValues(text, most) ? jsonOf(text) : undefined;
}

/** Whether a text of JSON holds no more values than this; signs within its words count too. */
export function hasFewValues(text: string, most: number): boolean {
  let values = 1;
  // A short text, as most are, need not be looked at.
  if (text.length > most) for (let at = 0; at < text.length; at++) if (VALUE_STARTS.has(text.charCodeAt(at))) values++;
  return values <= most;
}

/** The value of a text of JSON; undefined, which JSON cannot hold, where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
