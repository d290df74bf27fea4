import type { z } from 'zod';

/** What can be chosen of a kind beside the kind itself: one key of its spec, as form, command line and tables show it. */
export interface KindField {
  /** As the spec has it: `depth`. */
  readonly key: string;
  /** As the form shows it: "Growth rate". */
  readonly label: string;
  /** Says the unit, the range, or what the value does, in a few words: "channels a bottleneck". */
  readonly hint: string;
  /** How the value is typed in; the kind's schema judges it. */
  readonly type: 'number' | 'flag' | 'choice';
  /** What can be chosen from, for `choice`. */
  readonly choices?: readonly string[];
  /** Whether the value may be left out, so that an empty text in the form means none. */
  readonly isOptional?: boolean;
  /** How the value is written in the table of runs, where it has a column there. */
  readonly column?: KindColumn;
}

/** The column that a field has in the table of runs, and the name by which filters ask for it. */
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
  /** Of the whole spec, `kind` included, with its defaults. */
  readonly schema: Schema;
  readonly fields: readonly KindField[];
}
