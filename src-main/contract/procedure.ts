import type { AnySchema } from '@orpc/contract';
import { oc } from '@orpc/contract';
import type { z } from 'zod';

/** Where an input carries paths from outside: a page may bring none of its own. */
export interface Outside<Input> {
  /** The paths that the input names. A page is let through where a run of its home has them all already. */
  readonly pathsIn: (input: Input) => readonly string[];
  /** Whether the input brings a file of the user's choice: a page has the system's dialogs for that instead. */
  readonly bringsFile?: (input: Input) => boolean;
}

/** Of an input with texts that nobody takes for a path: names that people give, notes, drafts. */
export const TEXTS_ALONE: Outside<unknown> = { pathsIn: () => [] };

/** What stands on every entry of the contract; page guard and read router follow from it. */
export interface Access {
  /** `reads`: changes nothing and can be asked twice. */
  readonly effect: 'reads' | 'changes';
  /** Null where every text of the input is the name of something that is there, so that none can be a path. */
  readonly outside: Outside<unknown> | null;
}

/** Whether a value may hold text of any kind. Ids and other names are branded (contract/fields.ts), and so are none. */
type HoldsText<Value> = string extends Value
  ? true
  : Value extends string | number | boolean | null | undefined
    ? false
    : Value extends readonly (infer Item)[]
      ? HoldsText<Item>
      : true extends { [Key in keyof Value]: HoldsText<Value[Key]> }[keyof Value]
        ? true
        : false;

/** Text may be a path, so an entry that takes some has to say where. */
type OutsideOf<Input> = true extends HoldsText<Input> ? [outside: Outside<Input>] : [];

/** An entry that changes nothing and can be asked twice. */
export function reads<Input extends z.ZodType, Output extends AnySchema>(
  input: Input,
  output: Output,
  ...outside: OutsideOf<z.output<Input>>
) {
  return entry('reads', { input, output, outside: outside[0] });
}

/** An entry that changes something; where its answer was cut off, nobody knows whether it has. */
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

/** Of what does not even fit the schema nothing is used, so it carries no path. */
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
