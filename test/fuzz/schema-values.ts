import { z } from 'zod';
import type { DrawnNumbers } from './drawn-numbers.ts';

type Json = { readonly [key: string]: unknown };

const ODD_VALUES: readonly unknown[] = [
  ...[
    null,
    '',
    'x',
    '\u0000',
    '\ud800',
    '../../etc/passwd',
    '/dev/zero',
    'a\r\nb',
    'x'.repeat(5000),
    '__proto__',
    'constructor',
  ],
  ...[0, -1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY],
  ...[true, [], {}, [[]], { toString: null }],
];
/** One value in so many is odd, one object in so many lacks a key or has one more. */
const RARELY = 12;
const MOST_ITEMS = 3;
const MOST_DEPTH = 8;

export interface ValueSource {
  readonly numbers: DrawnNumbers;
  /** Names of what is there, so that not all requests end at an unknown one. */
  readonly names: readonly string[];
}

/** A value that mostly fits the schema, and now and then does not. */
export function valueFor(schema: z.ZodType, source: ValueSource): unknown {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  return new SchemaValues(json, source).valueOf(json, 0);
}

class SchemaValues {
  readonly #root: Json;
  readonly #source: ValueSource;

  constructor(root: Json, source: ValueSource) {
    this.#root = root;
    this.#source = source;
  }

  /** A schema that is `false` allows nothing, and gets what it may refuse. */
  valueOf(schema: Json | boolean, depth: number): unknown {
    const { numbers } = this.#source;
    if (typeof schema === 'boolean' || numbers.below(RARELY) === 0) return numbers.of(ODD_VALUES);
    if (depth > MOST_DEPTH) return null;
    const known = this.#resolved(schema);
    if ('const' in known) return known.const;
    if (Array.isArray(known.enum)) return numbers.of(known.enum);
    for (const union of ['anyOf', 'oneOf', 'allOf']) {
      const branches = known[union];
      if (Array.isArray(branches) && branches.length > 0) return this.valueOf(numbers.of(branches) as Json, depth + 1);
    }
    return this.#ofType(known, depth);
  }

  #ofType(schema: Json, depth: number): unknown {
    const { numbers, names } = this.#source;
    const type = Array.isArray(schema.type) ? numbers.of(schema.type) : schema.type;
    switch (type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, depth);
      case 'string':
        return numbers.below(4) === 0 ? `name-${numbers.below(9)}` : numbers.of(names);
      case 'integer':
        return this.#between(schema, 1);
      case 'number':
        return this.#between(schema, 1000);
      case 'boolean':
        return numbers.below(2) === 0;
      default:
        return numbers.of(ODD_VALUES);
    }
  }

  /** Of a tuple, all of its places, and sometimes more. */
  #array({ prefixItems, items = {} }: Json, depth: number): unknown {
    const places: readonly unknown[] = Array.isArray(prefixItems) ? prefixItems : [];
    const more = this.#source.numbers.below(places.length === 0 ? MOST_ITEMS + 1 : 2);
    const schemas = [...places, ...Array.from({ length: more }, () => items)];
    return schemas.map((schema) => this.valueOf(schema as Json | boolean, depth + 1));
  }

  #object(schema: Json, depth: number): unknown {
    const { numbers } = this.#source;
    const required = Array.isArray(schema.required) ? schema.required : [];
    const made: [string, unknown][] = [];
    for (const [key, value] of Object.entries((schema.properties ?? {}) as Readonly<Record<string, Json>>)) {
      const isThere = required.includes(key) ? numbers.below(2 * RARELY) > 0 : numbers.below(2) === 0;
      if (isThere) made.push([key, this.valueOf(value, depth + 1)]);
    }
    if (numbers.below(2 * RARELY) === 0) made.push(['unknown', 1]);
    return Object.fromEntries(made);
  }

  #between({ minimum = 0, maximum = 20 }: Json, parts: number): number {
    const [least, most] = [Number(minimum), Math.min(Number(maximum), Number(minimum) + 20)];
    return least + this.#source.numbers.below(parts * Math.max(1, most - least) + 1) / parts;
  }

  #resolved(schema: Json): Json {
    const reference = schema.$ref;
    if (typeof reference !== 'string') return schema;
    const parts = reference.split('/').slice(1);
    return parts.reduce<Json>((place, part) => (place[part] ?? {}) as Json, this.#root);
  }
}
