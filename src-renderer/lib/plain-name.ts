/** The text as far as data sets and weights may be called so: "my-net" of "my net"; empty where nothing is left. */
export function plainName(text: string): string {
  return text.replaceAll(/[^a-z0-9._-]+/gi, '-').replaceAll(/^[._-]+|-+$/g, '');
}

/** What such names may be: how long, and what stands before the number of a name that is taken. */
export const PLAIN_NAMES = { longest: 64, beforeNumber: '-' };
