import { z } from 'zod';
import type { DrawnNumbers } from './drawn-numbers.ts';

/** Numbers at which arithmetic, dates, charts or texts may fail, whether a schema names them or not. */
const EXTREMES = [
  ...[0, -0, 1, -1, 0.5, 5e-324, 1e-300, 1e-9, 7, 999.95, 1e3, 1e6, 1e9, 1e12, 1e15, 1e18, 1e30, 1e38, 1e54, 1e100],
  ...[1e308, -1e9, -1e39, -1e100, Number.NaN, Infinity, -Infinity, 2 ** 31 - 1, 2 ** 53 - 1],
];
/** A schema refuses most of what is drawn for a narrow range. */
const TRIES = 12;

export interface ExtremesOptions {
  readonly numbers: DrawnNumbers;
  /** One number in so many is replaced. */
  readonly oneIn: number;
  /** Keys whose values stay as they are. */
  readonly fixed?: readonly string[];
}

/**
 * The value with some of its numbers replaced by the least, the largest and other extreme ones that its schema allows. What the
 * schema would refuse is never made, so whoever gets the value has to bear it.
 */
export function withExtremes<Value>(schema: z.ZodType, value: Value, options: ExtremesOptions): Value {
  const candidates = [...EXTREMES, ...boundsIn(schema)];
  const result = structuredClone(value);
  for (const { holder, key } of numbersIn(result, options.fixed ?? [])) {
    if (options.numbers.below(options.oneIn) === 0) replace(schema, result, { holder, key, candidates, ...options });
  }
  return result;
}

type Holder = Record<string, unknown>;

interface Replacement extends ExtremesOptions {
  readonly holder: Holder;
  readonly key: string;
  readonly candidates: readonly number[];
}

function replace(schema: z.ZodType, whole: unknown, { holder, key, candidates, numbers }: Replacement): void {
  const before = holder[key];
  for (let tried = 0; tried < TRIES; tried++) {
    holder[key] = numbers.of(candidates);
    if (schema.safeParse(whole).success) return;
  }
  holder[key] = before;
}

/** Where a value has numbers. */
function numbersIn(value: unknown, fixed: readonly string[]): { readonly holder: Holder; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => {
    if (fixed.includes(key)) return [];
    return typeof holder[key] === 'number' ? [{ holder, key }] : numbersIn(holder[key], fixed);
  });
}

const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
const known = new WeakMap<z.ZodType, readonly number[]>();

/** The ends of all ranges in a schema. */
function boundsIn(schema: z.ZodType): readonly number[] {
  const found = known.get(schema) ?? [
    ...new Set(bounds(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))),
  ];
  known.set(schema, found);
  return found;
}

function bounds(json: unknown): number[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, inner]) =>
    BOUNDS.includes(key) && typeof inner === 'number' ? [inner] : bounds(inner),
  );
}
