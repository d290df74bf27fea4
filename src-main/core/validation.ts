import { z } from 'zod';
import { badRequest } from './errors.ts';

/** Each wrong element of a list would become an issue of a kilobyte, so a list of a million would fill the memory. */
const FIRST_ISSUE: z.core.ParseContextInternal<z.core.$ZodIssue> = { abortEarly: true };

/** As `schema.safeParse`, for data from outside: it looks no further in lists and objects than to what is wrong first. */
export function parsedSafely<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  return schema.safeParse(data, FIRST_ISSUE);
}

/**
 * As `z.record`, of at most so many keys. They are counted before any is looked at, since the library looks at all, also
 * where the first is wrong.
 */
export function boundedRecord<Key extends z.core.$ZodRecordKey, Value extends z.ZodType>(
  key: Key,
  value: Value,
  most: number,
) {
  return z
    .unknown()
    .refine((all) => Object.keys(Object(all)).length <= most, `has more than ${most} keys`)
    .pipe(z.record(key, value));
}

/** Parses untrusted data; throws a bad request whose one sentence names the place and what is wrong there. */
export function parse<Schema extends z.ZodType>(schema: Schema, data: unknown, what: string): z.output<Schema> {
  const result = checked(schema, data, what);
  if (result.success) return result.data;
  throw badRequest(`In ${what}, ${describeIssue(result.error.issues[0])}.`);
}

/** A hundred thousand wrong values of records, or as many levels, are more than the library can tell of. */
function checked<Schema extends z.ZodType>(schema: Schema, data: unknown, what: string) {
  try {
    return parsedSafely(schema, data);
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
