import { z } from 'zod';

/**
 * Losses and errors may be NaN or infinite, which JSON cannot express: there they are the strings "NaN", "Infinity" and
 * "-Infinity". Unknown is null.
 */
const NAMED = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY } as const;

/** A number of a training, NaN and infinities included, read from JSON or from memory. */
export const measuredNumber = z.union([
  z.number(),
  z.nan(),
  z.literal([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform((name): number => NAMED[name]),
]);

/** One line of JSON in which every non-finite number is its name. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, inner: unknown) => nameOfNonFinite(inner), indent);
}

function nameOfNonFinite(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
