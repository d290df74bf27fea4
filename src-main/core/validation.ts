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
  throw badRequest(`In ${what}, ${describeIssue(result.error.issues[0], data)}.`);
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

function describeIssue(issue: z.core.$ZodIssue, data: unknown): string {
  const inner = innermost(issue);
  const place = inner.path.join('.');
  if (inner.code === 'unrecognized_keys') {
    const within = place === '' ? '' : ` in "${place}"`;
    return `the key "${inner.keys[0]}"${within} is not known: remove it or correct its spelling`;
  }
  const needed = neededFor(inner);
  if (needed !== null && place !== '' && isMissing(inner.path, data)) return `"${place}" is missing: give ${needed}`;
  const message = clause(inner.message);
  return place === '' ? message : `"${place}" is not valid: ${message}`;
}

/** The names of kinds of values in the library's sentences, which are those of TypeScript; the words for people. */
const KINDS: Readonly<Record<string, string>> = {
  ...{ string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', null: 'null' },
  ...{ array: 'a list', tuple: 'a list', object: 'an object in braces', record: 'an object in braces' },
  ...{ undefined: 'nothing', nan: 'no number', NaN: 'no number', Infinity: 'infinity' },
};

/** What has to be given where nothing may be there; null for an issue that is about something. */
function neededFor(issue: z.core.$ZodIssue): string | null {
  // A value under a name of former days is there, but not at its place in the data.
  if (issue.code === 'invalid_type')
    return issue.message.endsWith(', received undefined') ? (KINDS[issue.expected] ?? null) : null;
  if (issue.code === 'invalid_value') return issue.values.map((value) => `'${String(value)}'`).join(' | ');
  // What it has to be is in the library's sentence alone.
  if (issue.code !== 'invalid_union') return null;
  return /^Invalid discriminator value\. Expected (.+)$/.exec(issue.message)?.[1] ?? null;
}

function isMissing(path: readonly PropertyKey[], data: unknown): boolean {
  return path.reduce((within: unknown, key) => Object(within)[key], data) === undefined;
}

const WRONG_KIND = /^Invalid input: expected (\w+), received (\w+)$/;

/** Makes a message fit after a colon: "Invalid value. Expected 'a' | 'b'" -> "invalid value, expected 'a' | 'b'". */
function clause(message: string): string {
  const [, expected = '', received = ''] = WRONG_KIND.exec(message) ?? [];
  const [needed, found] = [KINDS[expected], KINDS[received]];
  if (needed !== undefined && found !== undefined) return `must be ${needed}, not ${found}`;
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
