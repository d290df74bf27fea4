import { z } from 'zod';
import { badRequest } from './errors.ts';

/** One key of a kind's spec that can be chosen, as the form, the command line and tables show it. */
export interface KindField {
  /** The key in the spec: `depth`. */
  readonly key: string;
  /** The label in the form: "Growth rate". */
  readonly label: string;
  /** A few words on the unit, the range, or the effect of the value: "channels a bottleneck". */
  readonly hint: string;
  /** The hint for the command line's help, where `hint` is about the form: "share of the filters". */
  readonly help?: string;
  /** The placeholder of the value in the command line's help: `layers` in `--depth <layers>`. */
  readonly placeholder?: string;
  /** How the value is typed in; the kind's schema judges it. */
  readonly type: 'number' | 'numbers' | 'text' | 'flag' | 'choice';
  /** The values to choose from, for `choice`. */
  readonly choices?: readonly string[];
  /** Whether the value may be left out: an empty text or an unticked box in the form then means no value. */
  readonly isOptional?: boolean;
  /** Whether only the default is possible, so that the form does not ask. */
  readonly isFixed?: boolean;
  /** The field's column in the table of runs, if it has one. */
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
 * One of several alternatives that a spec chooses by its `kind`: a network, a policy, a sort of data set. Code that lists, shows,
 * reads or stores kinds loops over their registry; no other code names one.
 */
export interface Kind<Name extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly kind: Name;
  /** The name for people: "DenseNet-BC". */
  readonly title: string;
  /** Validates the whole spec, `kind` included, and fills in its defaults. */
  readonly schema: Schema;
  readonly fields: readonly KindField[];
  /** Keys with which the form begins, where the schema's defaults alone are no spec. */
  readonly start?: Readonly<Record<string, unknown>>;
}

/** The value that the schema fills in for each key that a spec leaves out; undefined where there is no default. */
export function kindDefaults({ kind, schema }: Kind): Readonly<Record<string, unknown>> {
  if (!(schema instanceof z.ZodObject)) return Object(schema.safeParse({ kind }).data);
  const { kind: _, ...shape } = schema.shape;
  return Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, z.safeParse(value, undefined).data]));
}

/** The kind of that name. Throws a bad request for an unknown name, which the schema of all kinds refuses earlier. */
export function kindNamed<Named extends Pick<Kind, 'kind'>>(kinds: readonly Named[], name: string): Named {
  const named = kinds.find(({ kind }) => kind === name);
  if (named === undefined)
    throw badRequest(`There is no kind ${name}: choose ${kinds.map(({ kind }) => kind).join(', ')}.`);
  return named;
}

/** The fields of all kinds, each key once: the first field of those that share it. */
export function sharedFields(kinds: readonly Kind[]): readonly KindField[] {
  const all = kinds.flatMap(({ fields }) => fields);
  return all.filter(({ key }, index) => all.findIndex((other) => other.key === key) === index);
}

/** The value of a spec at a key; null where it has none. */
export function specValue(spec: object, key: string): string | number | boolean | null {
  const value: unknown = Reflect.get(spec, key);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
