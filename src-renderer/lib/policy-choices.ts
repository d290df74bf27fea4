import { z } from 'zod';
import type { Policy } from '#core/policy/policy.ts';
import { policyName, policySchema } from '#core/policy/policy.ts';
import type { NamedShape } from '#core/policy/schedule.ts';
import type { CurvePoints } from './curve-editing.ts';
import { numberIn } from './draft-number.ts';

export const SHAPES = ['linear', 'squared', 'cubic'] as const satisfies readonly NamedShape[];

const drawnCurve = z.object({
  id: z.number(),
  points: z.array(z.tuple([z.number(), z.number()])),
  scaled: z.boolean(),
});

/** A freezing curve that the user draws. */
export type DrawnCurve = z.infer<typeof drawnCurve>;

/** Policies as the form picks them: all combinations of shapes, t0 and rates but those left out, curves, and others. */
export const policyChoicesSchema = z.object({
  shapes: z.array(z.enum(SHAPES)),
  t0s: z.array(z.number()),
  /** What is typed to be added to them. */
  t0Text: z.string(),
  scaled: z.boolean(),
  plain: z.boolean(),
  /** Names of combinations. */
  leftOut: z.array(z.string()),
  curves: z.array(drawnCurve),
  /** From a spec whose arms are no such combinations. */
  others: z.array(policySchema),
  scheduleSteps: z.string(),
});

export type PolicyChoices = z.infer<typeof policyChoicesSchema>;

export interface ChosenPolicy {
  readonly policy: Policy;
  readonly name: string;
  /** Where it comes from, and so what taking it out does. */
  readonly source:
    | { readonly kind: 'combination'; readonly key: string }
    | { readonly kind: 'curve'; readonly id: number; readonly title: string }
    | { readonly kind: 'other'; readonly index: number };
}

/** In the order of the lists. Policies are not validated yet. */
export function chosenPolicies(choices: PolicyChoices): readonly ChosenPolicy[] {
  const steps = choices.scheduleSteps.trim() === '' ? {} : { scheduleSteps: numberIn(choices.scheduleSteps) };
  const combinations = combinationsOf(choices)
    .map((policy) => ({ policy: { ...policy, ...steps }, key: policyName(policy) }))
    .filter(({ key }) => !choices.leftOut.includes(key))
    .map(({ policy, key }) => chosen(policy, { kind: 'combination', key }));
  const curves = choices.curves.map(({ id, points, scaled }, index) => {
    const title = `curve ${index + 1}, ${scaled ? 'scaled' : 'plain'}`;
    return chosen({ kind: 'freezeout', shape: 'curve', points, scaled, ...steps }, { kind: 'curve', id, title });
  });
  const others = choices.others.map((policy, index) => chosen(policy, { kind: 'other', index }));
  return [...combinations, ...curves, ...others];
}

/** What stays the same of a choice while its policy is edited. */
export function choiceKey({ source, name }: ChosenPolicy): string {
  return source.kind === 'curve' ? curveKey(source.id) : name;
}

/** The policy's name; of a curve that of its editor, since its points would fill a line. */
export function choiceTitle({ source, name }: ChosenPolicy): string {
  return source.kind === 'curve' ? source.title : name;
}

export function curveKey(id: number): string {
  return `curve ${id}`;
}

export function withoutPolicy(choices: PolicyChoices, { source }: ChosenPolicy): PolicyChoices {
  switch (source.kind) {
    case 'combination':
      return { ...choices, leftOut: [...choices.leftOut, source.key] };
    case 'curve':
      return { ...choices, curves: choices.curves.filter((curve) => curve.id !== source.id) };
    case 'other':
      return { ...choices, others: choices.others.filter((_, index) => index !== source.index) };
  }
}

/** Combinations that were taken out and would be there otherwise. */
export function leftOutCount(choices: PolicyChoices): number {
  return combinationsOf(choices).filter((policy) => choices.leftOut.includes(policyName(policy))).length;
}

/** The choices that give these policies: combinations where they fit, a curve for each drawn one, the rest as they are. */
export function choicesOf(policies: readonly Policy[]): PolicyChoices {
  const shared = sharedScheduleSteps(policies);
  const fitting = policies.filter((policy) => policy.kind === 'freezeout' && policy.scheduleSteps === shared);
  const named = fitting.filter((policy) => policy.kind === 'freezeout' && policy.shape !== 'curve');
  const choices: PolicyChoices = {
    shapes: SHAPES.filter((shape) => named.some((policy) => policy.shape === shape)),
    t0s: [...new Set(named.map((policy) => policy.t0))].sort((a, b) => a - b),
    t0Text: '',
    scaled: named.some((policy) => policy.scaled),
    plain: named.some((policy) => !policy.scaled),
    leftOut: [],
    curves: fitting
      .filter((policy) => policy.kind === 'freezeout' && policy.shape === 'curve')
      .map(({ points, scaled }, index) => ({ id: index + 1, points, scaled })),
    others: policies.filter((policy) => policy.kind === 'freezeout' && policy.scheduleSteps !== shared),
    scheduleSteps: shared === undefined ? '' : String(shared),
  };
  const wanted = named.map(({ scheduleSteps: _, ...policy }) => policyName(policy));
  const leftOut = combinationsOf(choices)
    .map(policyName)
    .filter((name) => !wanted.includes(name));
  return { ...choices, leftOut };
}

export interface EditedCurve extends Omit<DrawnCurve, 'points'> {
  readonly points: CurvePoints;
}

/** With this curve in place of the one of its number, or as another. */
export function withCurve(choices: PolicyChoices, curve: EditedCurve): Pick<PolicyChoices, 'curves'> {
  const drawn: DrawnCurve = { ...curve, points: curve.points.map(([x, ratio]) => [x, ratio]) };
  const isKnown = choices.curves.some(({ id }) => id === curve.id);
  if (!isKnown) return { curves: [...choices.curves, drawn] };
  return { curves: choices.curves.map((other) => (other.id === curve.id ? drawn : other)) };
}

export function nextCurveId(choices: PolicyChoices): number {
  return Math.max(0, ...choices.curves.map((curve) => curve.id)) + 1;
}

function chosen(policy: Policy, source: ChosenPolicy['source']): ChosenPolicy {
  return { policy, name: policyName(policy), source };
}

function combinationsOf({ shapes, t0s, scaled, plain }: PolicyChoices) {
  const rates = [...(scaled ? [true] : []), ...(plain ? [false] : [])];
  return SHAPES.filter((shape) => shapes.includes(shape)).flatMap((shape) =>
    t0s.flatMap((t0) => rates.map((isScaled) => ({ kind: 'freezeout', shape, t0, scaled: isScaled }) as const)),
  );
}

/** The number of steps that all of them schedule over; undefined where it is the run's own, or not one for all. */
function sharedScheduleSteps(policies: readonly Policy[]): number | undefined {
  const all = new Set(policies.map((policy) => (policy.kind === 'freezeout' ? policy.scheduleSteps : undefined)));
  return all.size === 1 ? [...all][0] : undefined;
}
