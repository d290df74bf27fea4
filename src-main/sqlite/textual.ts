import { fromText } from '#contract/wire-packing.ts';

/**
 * An answer as JSON text, or unchanged where it has numbers that JSON cannot express. Text costs the asking thread a third of
 * what objects cost, and reaches the page without further work.
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
