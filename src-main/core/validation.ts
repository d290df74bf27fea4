import type { z } from 'zod';
import { badRequest } from './errors.ts';

/** Parses untrusted data; throws a bad request whose one sentence names the place and what is wrong there. */
export function parse<Schema extends z.ZodType>(schema: Schema, data: unknown, what: string): z.output<Schema> {
  const result = checked(schema, data, what);
  if (result.success) return result.data;
  throw badRequest(`In ${what}, ${describeIssue(result.error.issues[0])}.`);
}

/** A hundred thousand wrong values, or as many levels, are more than the library can tell of. */
function checked<Schema extends z.ZodType>(schema: Schema, data: unknown, what: string) {
  try {
    return schema.safeParse(data);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badRequest(`In ${what}, more is wrong, or nested deeper, than can be told: write it anew.`, { cause: error });
  }
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const inner = innermost(issue);
  if (inner.code === 'unrecognized_keys') {
    const place = inner.path.length > 0 ? ` in "${inner.path.join('.')}"` : '';
    return `the key "${inner.keys[0]}"${place} is not known: remove it or correct its spelling`;
  }
  const message = clause(inner.message);
  return inner.path.length > 0 ? `"${inner.path.join('.')}" is not valid: ${message}` : message;
}

/** Makes a message fit after a colon: "Invalid value. Expected 'a' | 'b'" -> "invalid value, expected 'a' | 'b'". */
function clause(message: string): string {
  const joined = message
    .replace(/^Invalid input: /, '')
    .replaceAll(/\. (\w)/g, (_, first: string) => `, ${first.toLowerCase()}`);
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

/** A union's own issue says little; that of the branch which got furthest into the data says what is wrong. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const candidates = issue.errors.flat().map((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
  return candidates.reduce((best, next) => (next.path.length > best.path.length ? next : best), candidates[0] ?? issue);
}
