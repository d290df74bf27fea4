import type { AnySchema } from '@orpc/contract';
import { oc } from '@orpc/contract';
import type { z } from 'zod';

/** Where an input carries paths from outside: a page may not bring new ones. */
export interface Outside<Input> {
  /** The paths that the input names. A page may name paths that runs of its home have already. */
  readonly pathsIn: (input: Input) => readonly string[];
  /** Whether the input brings a file of the user's choice: a page has to use the system's dialogs instead. */
  readonly bringsFile?: (input: Input) => boolean;
}

/** For an input with texts that are never used as paths: names that people give, notes, drafts. */
export const TEXTS_ALONE: Outside<unknown> = { pathsIn: () => [] };

/** What every entry of the contract states; the page guard and the read router follow from it. */
export interface Access {
  /** `reads`: the procedure changes nothing and can be asked twice. */
  readonly effect: 'reads' | 'changes';
  /** Null where every text of the input names something that exists, so that none can be a path. */
  readonly outside: Outside<unknown> | null;
}

/** Whether a value may hold text of any kind. Ids and other names are branded (contract/fields.ts) and do not count. */
type HoldsText<Value> = string extends Value
  ? true
  : Value extends string | number | boolean | null | undefined
    ? false
    : Value extends readonly (infer Item)[]
      ? HoldsText<Item>
      : true extends { [Key in keyof Value]: HoldsText<Value[Key]> }[keyof Value]
        ? true
        : false;

/** Text may be a path, so an entry that takes text has to say where paths are. */
type OutsideOf<Input> = true extends HoldsText<Input> ? [outside: Outside<Input>] : [];

/** An entry that changes nothing and can be asked twice. */
export function reads<Input extends z.ZodType, Output extends AnySchema>(
  input: Input,
  output: Output,
  ...outside: OutsideOf<z.output<Input>>
) {
  return entry('reads', { input, output, outside: outside[0] });
}

/** An entry that changes something: if its answer is lost, nobody knows whether the change was made. */
export function changes<Input extends z.ZodType, Output extends AnySchema>(
  input: Input,
  output: Output,
  ...outside: OutsideOf<z.output<Input>>
) {
  return entry('changes', { input, output, outside: outside[0] });
}

interface Entry<Input extends z.ZodType, Output> {
  readonly input: Input;
  readonly output: Output;
  readonly outside: Outside<z.output<Input>> | undefined;
}

function entry<Input extends z.ZodType, Output extends AnySchema>(
  effect: Access['effect'],
  { input, output, outside }: Entry<Input, Output>,
) {
  const access: Access = { effect, outside: outside === undefined ? null : ofAnything(input, outside) };
  return oc.$meta(access).input(input).output(output);
}

/** The same questions for any value. A value that does not fit the schema is refused anyway, so it carries no path. */
function ofAnything<Schema extends z.ZodType>(schema: Schema, outside: Outside<z.output<Schema>>): Outside<unknown> {
  const { pathsIn, bringsFile } = outside;
  const withInput = <Found>(find: (input: z.output<Schema>) => Found, otherwise: Found) => {
    return (value: unknown) => {
      const input = schema.safeParse(value);
      return input.success ? find(input.data) : otherwise;
    };
  };
  return {
    pathsIn: withInput(pathsIn, []),
    ...(bringsFile === undefined ? {} : { bringsFile: withInput(bringsFile, false) }),
  };
}
