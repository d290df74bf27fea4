/** The value of a text of JSON; undefined, which JSON cannot hold, where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
