import { fromText } from '#contract/wire-packing.ts';

/**
 * An answer as its JSON text, or as it is where it has numbers that JSON lacks. Text costs the thread that asks a third of
 * what objects do, and nothing more on its way to the page.
 */
export type Textual<Value> = string | Value;

export function textual<Value extends object>(value: Value): Textual<Value> {
  let isJson = true;
  const text = JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'number' && !Number.isFinite(member)) isJson = false;
    return member;
  });
  return isJson ? text : value;
}

export function untextual<Value extends object>(answer: Textual<Value>): Value {
  return typeof answer === 'string' ? fromText<Value>(answer) : answer;
}
