import type { LayerDescription } from '#core/network/shape-ops.ts';
import type { VariableDescription } from '#core/network/variables.ts';
import { plainNames, type StoredWeights } from './stored-weights.ts';
import type { StoredPlace, StoredPlaces } from './weight-names.ts';

/** A variable of the network, and the tensor of the file that holds it. */
export interface PlacedVariable {
  readonly variable: VariableDescription;
  /** The tensor's whole name in the file. */
  readonly stored: string;
  readonly turned: StoredPlace['turned'];
}

/** A tensor whose shape is not the network's, both in the file's order of axes. */
export interface OtherShape {
  readonly name: string;
  readonly found: readonly number[];
  readonly expected: readonly number[];
}

/** How a file and a network go together: they fit where `missing`, `unknown` and `otherShapes` are empty. */
export interface WeightFit {
  readonly placed: readonly PlacedVariable[];
  /** The variables that are drawn anew. */
  readonly drawn: readonly VariableDescription[];
  /** Names that the network needs and the file lacks. */
  readonly missing: readonly string[];
  /** Names of the file that the network does not have. */
  readonly unknown: readonly string[];
  readonly otherShapes: readonly OtherShape[];
}

export interface WeightsToFit {
  readonly stored: StoredWeights;
  readonly layers: readonly LayerDescription[];
  readonly places: StoredPlaces;
  readonly head: 'new' | 'keep';
}

/** Finds each variable of the network in the file. With a new head, the file's head may be any, or missing. */
export function fitWeights({ stored, layers, places, head }: WeightsToFit): WeightFit {
  const plain = plainNames(stored);
  const drawn = head === 'new' ? classifierOf(layers) : [];
  const needed = layers.flatMap((layer) => layer.variables).filter((variable) => !drawn.includes(variable));
  const found = needed.map((variable) => {
    const { name: newest, formerName = newest, shape: expected, turned } = places(variable);
    const name = plain.has(newest) || !plain.has(formerName) ? newest : formerName;
    return { variable, name, turned, expected, stored: plain.get(name) };
  });
  const used = new Set(found.map(({ name }) => name));
  const ignored = drawn.map((variable) => moduleOf(places(variable).name));
  return {
    placed: found.flatMap(({ stored: whole, ...one }) => (whole === undefined ? [] : [{ ...one, stored: whole }])),
    drawn,
    missing: found.filter((one) => one.stored === undefined).map(({ name }) => name),
    unknown: [...plain.keys()].filter((name) => !used.has(name) && !ignored.some((module) => name.startsWith(module))),
    otherShapes: found.flatMap(({ name, expected, stored: whole }) => {
      const shape = whole === undefined ? undefined : stored.shapes.get(whole);
      return shape === undefined || isSame(shape, expected) ? [] : [{ name, found: shape, expected }];
    }),
  };
}

export function fits({ missing, unknown, otherShapes }: WeightFit): boolean {
  return missing.length + unknown.length + otherShapes.length === 0;
}

/** The dense part that gives the logits: the last one of the network, without norms and dense parts before it. */
export function classifierOf(layers: readonly LayerDescription[]): readonly VariableDescription[] {
  const variables = layers.flatMap((layer) => layer.variables);
  const kernel = variables.findLast(({ kind }) => kind === 'dense-kernel');
  return kernel === undefined ? [] : variables.filter(({ name }) => name.startsWith(moduleOf(kernel.name)));
}

/** The name up to its last dot, with it: what the parts of one operation share. */
function moduleOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.') + 1);
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((side, axis) => side === other[axis]);
}
