import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseEventLine } from '#core/exchange/event-line.ts';
import { boundedRecord, parsedSafely } from '#core/validation.ts';
import { epochFinished, numbered, started, stepSampled } from '../support/store-fixtures.ts';

const [START, STEP, EPOCH] = numbered('run', [started, stepSampled(0), epochFinished(1)]);
const many = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const numberedKeys = (count: number) => Object.fromEntries(many(count, 1).map((value, key) => [`k${key}`, value]));

describe('what is wrong many times in data from outside', () => {
  it.each([
    ['a list', z.array(z.number()), many(100_000, 'x')],
    ['a list in an object', z.object({ all: z.array(z.object({ a: z.number() })) }), { all: many(100_000, {}) }],
    ['a list of one of two kinds', z.array(z.discriminatedUnion('k', [z.object({ k: z.literal(1) })])), many(9999, {})],
  ])('is told once, of %s', (_, schema, data) => {
    expect(parsedSafely(schema, data).error?.issues).toHaveLength(1);
  });

  it('is not looked at in a record of more keys than any has', () => {
    let looks = 0;
    const value = z.number().refine(() => ++looks > 0);
    const record = boundedRecord(z.string(), value, 10);
    expect(parsedSafely(record, numberedKeys(10)).success).toBe(true);
    expect(looks).toBe(10);
    expect(parsedSafely(record, numberedKeys(11)).error?.issues[0]).toMatchObject({ message: 'has more than 10 keys' });
    expect(looks).toBe(10);
    expect(parsedSafely(record, null).error?.issues[0]).toMatchObject({ code: 'invalid_type' });
  });

  it.each([
    [{ ...START, layers: many(300_000, {}) }, 'Line 7 holds more values than any event has: check the file.'],
    [{ ...START, layers: many(100_000, {}) }, 'In line 7, "layers.0.index" is missing: give a number.'],
    [{ ...STEP, learningRates: many(10_001, 0.1) }, /^In line 7, "learningRates" is not valid: /],
    [{ ...EPOCH, metrics: numberedKeys(1001) }, 'In line 7, "metrics" is not valid: has more than 1000 keys.'],
  ])('is refused in a line of events, in one sentence', (event, sentence) => {
    expect(() => parseEventLine(JSON.stringify(event), 7)).toThrow(sentence);
  });

  it('is as rare in a study as its pages can show', () => {
    const study = {
      id: 'a',
      name: 'a',
      base: { dataset: 'x', model: { kind: 'vgg' }, epochs: 1 },
      equalTimeBaseline: true,
    };
    const arm = { role: 'policy', of: null, policy: { kind: 'freezeout', shape: 'cubic' }, steps: 1, computeSaved: 0 };
    const line = (seeds: number, arms: number) => {
      const all = many(arms, arm).map((one, number) => ({ ...one, name: `arm ${number}` }));
      const numbers = many(seeds, 0).map((_, seed) => seed);
      return JSON.stringify({ type: 'study.exported', study: { ...study, seeds: numbers, arms: all } });
    };
    expect(parseEventLine(line(1000, 2001), 1)).toMatchObject({ study: { seeds: { length: 1000 } } });
    expect(() => parseEventLine(line(1001, 1), 1)).toThrow('has more than 1000 seeds');
    expect(() => parseEventLine(line(1, 2002), 1)).toThrow('has more than 2001 arms');
  });
});
