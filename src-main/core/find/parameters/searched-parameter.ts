import type { z } from 'zod';
import type { Kind } from '#core/kind.ts';
import type { Policy } from '#core/policy/policy.ts';

/** The values between which a search looks, and the step from one to the next. */
export interface SearchRange {
  readonly lowest: number;
  readonly highest: number;
  readonly resolution: number;
}

/** The part that the specs of all searched parameters have in common. */
export interface OverSpec {
  readonly kind: string;
}

/** A number of a policy that a search chooses, with all that searches need to know of it. Saving and cost go with it, one way. */
export interface SearchedParameter<
  Name extends string = string,
  Schema extends z.ZodType<OverSpec> = z.ZodType<OverSpec>,
> extends Kind<Name, Schema> {
  /** What a search finds, for its form and its help: "the lowest t0, which saves most". */
  readonly goal: string;
  /** The parameter within a sentence: "t0" in "no t0 from 0.2 to 0.9". */
  readonly name: string;
  /** The heading of its column in tables. */
  readonly columnTitle: string;
  /** Its values within a sentence: "values of t0". */
  readonly valuesName: string;
  /** The end of the range that saves most time. */
  readonly savesMost: 'lowest' | 'highest';
  /** The same range in words, for a network that is not known yet. */
  readonly rangeWords: Readonly<Record<keyof SearchRange, string>>;
  /** The range that is searched unless a request says otherwise, in a network of so many layers, its head included. */
  range(layerCount: number): SearchRange;
  /** The sentence that refuses a value which no such network can have; null where it is possible. */
  lack(value: number, layerCount: number): string | null;
  /** One value in words: "t0 = 0.5". */
  valueText(value: number): string;
  /** What the search shares with no other over the same parameter: "cubic scaled". */
  overText(over: z.infer<Schema>): string;
  /** The policy that the search tries at a value. */
  policyAt(over: z.infer<Schema>, value: number): Policy;
}
