import { z } from 'zod';
import { kindNamed } from '#core/kind.ts';
import { frozenLayersParameter } from './parameters/frozen-layers.ts';
import type { SearchedParameter } from './parameters/searched-parameter.ts';
import { t0Parameter } from './parameters/t0.ts';

/** Every parameter that a search can be over, in the order in which they are offered. */
export const SEARCHED_PARAMETERS = [t0Parameter, frozenLayersParameter] as const;

const [FIRST, ...OTHERS] = SEARCHED_PARAMETERS;

/** What a search is over: a parameter, and the rest of the policy that it belongs to. */
export const overSchema = z.discriminatedUnion('kind', [FIRST.schema, ...OTHERS.map(({ schema }) => schema)]);

/** The parameter that a search is over unless it says another. */
export const FIRST_PARAMETER = FIRST.kind;

/** The module of the parameter that a search is over. */
export function parameterOf(over: { readonly kind: string }): SearchedParameter {
  return kindNamed<SearchedParameter>(SEARCHED_PARAMETERS, over.kind);
}
