import { badRequest } from '#core/errors.ts';
import { product } from '#core/network/shape-ops.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import type { NamedArrays } from '#core/training/session.ts';

/** Throws a bad request where a variable has no values, too many or too few. */
export function checkSize({ name, shape }: VariableDescription, values: Float32Array | undefined): void {
  if (values === undefined) throw badRequest(`The weights lack ${name}: they are not of this network.`);
  if (values.length === product(shape)) return;
  throw badRequest(
    `The weights hold ${values.length} values for ${name}, which has ${product(shape)}: use this network's.`,
  );
}

/** Throws a bad request where there are values for an unknown variable. */
export function checkNames(values: NamedArrays, descriptions: readonly VariableDescription[]): void {
  const known = new Set(descriptions.map(({ name }) => name));
  for (const name of values.keys()) {
    if (!known.has(name)) throw badRequest(`The weights hold ${name}, which this network does not have: use its own.`);
  }
}
