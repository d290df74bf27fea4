import { randomBytes } from 'node:crypto';

/** Crockford's base 32 without vowels that make words: easy to read aloud, safe in a path. */
const ALPHABET = '0123456789bcdfghjkmnpqrstvwxyz';

/** A new public id: 10 characters, about 49 bits. */
export function newPublicId(): string {
  return Array.from(randomBytes(10), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
