import { StandardRPCJsonSerializer } from '@orpc/client/standard';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireNumbers } from '#contract/wire.ts';
import { fromText } from '#contract/wire-packing.ts';

const serializer = new StandardRPCJsonSerializer({ customJsonSerializers: wireNumbers });

/** As text, and back. */
function sent(value: unknown): { readonly text: string; readonly received: unknown } {
  const [json, meta] = serializer.serialize(value);
  const text = JSON.stringify({ json, meta });
  const parsed = JSON.parse(text);
  return { text, received: serializer.deserialize(parsed.json, parsed.meta) };
}

describe('on the wire', () => {
  it('columns of numbers of any length come out as they went in, to the last bit', () => {
    const number = fc.oneof(
      fc.double().filter((one) => !Object.is(one, -0)),
      fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY),
    );
    fc.assert(
      fc.property(fc.array(number, { maxLength: 3000 }), fc.boolean(), (column, nested) => {
        const value = nested ? { curves: [{ low: column }, null] } : column;
        expect(sent(value).received).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });

  it('lists of anything else are left alone', () => {
    const mixed = Array.from({ length: 40 }, (_, index) => (index === 39 ? null : index));
    expect(sent(mixed).received).toEqual(mixed);
    expect(sent(mixed.map(String)).received).toEqual(mixed.map(String));
  });

  it('values that were made of text travel as that text, twice too', () => {
    const text = '{"id":"run-1","spec":{"epochs":3,"note":"\\u2028 \\"quoted\\" NaN"},"tags":[]}';
    const rows = { rows: [fromText(text), { id: 'run-2', last: Number.NaN }], next: null };
    const once = sent(rows);
    expect(once.text).toContain(JSON.stringify(text));
    expect(once.received).toEqual({ ...rows, rows: [JSON.parse(text), rows.rows[1]] });
    expect(sent(once.received).text).toBe(once.text);
  });
});
