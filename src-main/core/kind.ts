import { z } from 'zod';
import { badRequest } from './errors.ts';

/** One key of a kind's spec that can be chosen, as the form, the command line and tables show it. */
export interface KindField {
  /** As the spec has it: `depth`. */
  readonly key: string;
  /** As the form shows it: "Growth rate". */
  readonly label: string;
  /** Says the unit, the range, or what the value does, in a few words: "channels a bottleneck". */
  readonly hint: string;
  /** The same for the command line's help, where the hint speaks of the form: "share of the filters". */
  readonly help?: string;
  /** What stands for a value in the command line's help: `layers` in `--depth <layers>`. */
  readonly placeholder?: string;
  /** How the value is typed in; the kind's schema judges it. */
  readonly type: 'number' | 'flag' | 'choice';
  /** What can be chosen from, for `choice`. */
  readonly choices?: readonly string[];
  /** Whether the value may be left out, so that an empty text in the form means none. */
  readonly isOptional?: boolean;
  /** Whether only its default is there, so that the form does not ask for it. */
  readonly isFixed?: boolean;
  /** How the value is written in the table of runs, where it has a column there. */
  readonly column?: KindColumn;
}

/** The column that a field has in the table of runs, and the names by which filters ask for it. */
export interface KindColumn {
  readonly title: string;
  readonly format: 'text' | 'flag' | 'count' | 'number';
  /** Other names that filters may use. */
  readonly aliases?: readonly string[];
}

/**
 * One of several that a spec chooses by its `kind`: a network, a policy, a sort of data set. Whoever lists, shows, reads or
 * stores kinds loops over their registry; nobody else names one.
 */
export interface Kind<Name extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly kind: Name;
  /** As a person calls it: "DenseNet-BC". */
  readonly title: string;
  /** Judges the whole spec, `kind` included, and fills in its defaults. */
  readonly schema: Schema;
  readonly fields: readonly KindField[];
}

/** What the schema fills in for each key that a spec leaves out; undefined where it fills in nothing. */
export function kindDefaults({ kind, schema }: Kind): Readonly<Record<string, unknown>> {
  if (!(schema instanceof z.ZodObject)) return Object(schema.safeParse({ kind }).data);
  const { kind: _, ...shape } = schema.shape;
  return Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, z.safeParse(value, undefined).data]));
}

/** The kind of that name. Throws a bad request where there is none, which the schema of all kinds refuses before. */
export function kindNamed<Named extends Kind>(kinds: readonly Named[], name: string): Named {
  const named = kinds.find(({ kind }) => kind === name);
  if (named === undefined)
    throw badRequest(`There is no kind ${name}: choose ${kinds.map(({ kind }) => kind).join(', ')}.`);
  return named;
}

/** The fields of all kinds, once each: of those that share a key the first. */
export function sharedFields(kinds: readonly Kind[]): readonly KindField[] {
  const all = kinds.flatMap(({ fields }) => fields);
  return all.filter(({ key }, index) => all.findIndex((other) => other.key === key) === index);
}

/** What a spec says at a key; null where it says nothing there. */
export function specValue(spec: object, key: string): string | number | boolean | null {
  const value: unknown = new Map(Object.entries(spec)).get(key);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
