import { enumerated } from '#core/analysis/name-list.ts';
import { countedNoun } from '#core/analysis/quantity.ts';
import type { OtherShape, WeightFit } from './weight-fit.ts';

/** So many names of each sort are told, then how many there are. */
const MOST_NAMES = 3;

/** What keeps weights and network apart, as the end of a sentence: "it lacks conv1.weight, and …". */
export function misfitWords({ missing, unknown, otherShapes }: WeightFit): string {
  const parts = [
    missing.length === 0 ? null : `it lacks ${namesText(missing)}`,
    unknown.length === 0 ? null : `it holds ${namesText(unknown)}, which the network does not have`,
    otherShapes.length === 0 ? null : shapesText(otherShapes),
  ];
  return parts.filter((part) => part !== null).join('; ');
}

/** What to change then. */
export function misfitAdvice(fit: WeightFit, isHeadAlone: boolean): string {
  if (isHeadAlone) return 'leave "head" out, and a new classifier is drawn';
  if (readsColour(fit)) return 'set "input": {"channels": 3}, so that grey images are repeated into three channels';
  return 'choose the network that they are of, or other weights';
}

/** Whether nothing but the first kernel is apart, and that by reading three channels in place of one. */
function readsColour({ missing, unknown, otherShapes }: WeightFit): boolean {
  if (missing.length + unknown.length > 0 || otherShapes.length !== 1) return false;
  const [{ found, expected }] = otherShapes;
  const apart = found.flatMap((extent, axis) => (extent === expected[axis] ? [] : [[extent, expected[axis]]]));
  return found.length === expected.length && apart.length === 1 && apart[0].join() === '3,1';
}

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  return enumerated(names.length > MOST_NAMES ? [...shown, `${names.length - MOST_NAMES} more`] : shown);
}

function shapesText(shapes: readonly OtherShape[]): string {
  const [{ name, found, expected }, ...others] = shapes;
  const verb = others.length === 1 ? 'has' : 'have';
  const rest = others.length === 0 ? '' : `, and so ${verb} ${countedNoun(others.length, 'other tensor')}`;
  return `"${name}" has the shape [${found.join(', ')}] where the network has [${expected.join(', ')}]${rest}`;
}
