import { z } from 'zod';
import type { FreezeOutPolicy } from '#core/policy/freezeout.ts';
import { freezeOut, isFreezeOut } from '#core/policy/freezeout.ts';
import type { Policy } from '#core/policy/policy.ts';
import { policyName, policySchema } from '#core/policy/policy.ts';
import type { PolicySpec } from '#core/policy/policy-kind.ts';
import type { NamedShape } from '#core/policy/schedule.ts';
import type { CurvePoints } from './curve-editing.ts';
import { numberIn, optionalNumberIn } from './number-text.ts';
import type { RuleDraft } from './rule-drafts.ts';
import { isRule, ruleDraftSchema, ruleJson, ruleOf } from './rule-drafts.ts';
import { warmUpKey, warmUpsIn, warmUpText } from './warm-up.ts';

export const SHAPES = ['linear', 'squared', 'cubic'] as const satisfies readonly NamedShape[];

const drawnCurve = z.object({
  id: z.number(),
  /** As typed; empty: the one that is suggested. */
  name: z.string().default(''),
  points: z.array(z.tuple([z.number(), z.number()])),
  scaled: z.boolean(),
  /** Epochs of warm-up, as typed; empty: none. */
  warmup: z.string().default(''),
});

/** A freezing curve that the user draws. */
export type DrawnCurve = z.infer<typeof drawnCurve>;

/** Policies as the form picks them: all combinations of shapes, t0, rates and warm-ups but those left out, curves, other rules. */
export const policyChoicesSchema = z.object({
  shapes: z.array(z.enum(SHAPES)),
  t0s: z.array(z.number()),
  /** What is typed to be added to them. */
  t0Text: z.string(),
  scaled: z.boolean(),
  plain: z.boolean(),
  /** Epochs of warm-up of the combinations, as typed: "0, 5" is both. */
  warmups: z.string().default(''),
  /** Names of combinations. */
  leftOut: z.array(z.string()),
  curves: z.array(drawnCurve),
  /** Rules other than FreezeOut's. */
  rules: z.array(ruleDraftSchema).default([]),
  /** Policies of a spec that are not such combinations. */
  others: z.array(policySchema),
  scheduleSteps: z.string(),
});

export type PolicyChoices = z.infer<typeof policyChoicesSchema>;

export interface ChosenPolicy {
  /** The policy as the form says it, with NaN for what is not a number yet: the schema judges it. */
  readonly json: PolicySpec;
  /** The policy; null while the schema refuses it. */
  readonly policy: Policy | null;
  readonly name: string;
  /** Where it comes from, and so what taking it out does. */
  readonly source:
    | { readonly kind: 'combination'; readonly key: string }
    | { readonly kind: 'curve'; readonly id: number }
    | { readonly kind: 'rule'; readonly id: number }
    | { readonly kind: 'other'; readonly index: number };
}

/** All that is chosen, in the order of the lists. */
export function chosenPolicies(choices: PolicyChoices): readonly ChosenPolicy[] {
  const steps = choices.scheduleSteps.trim() === '' ? {} : { scheduleSteps: numberIn(choices.scheduleSteps) };
  const combinations = combinationsOf(choices)
    .map((json) => ({ json: { ...json, ...steps }, key: policyName(json) }))
    .filter(({ key }) => !choices.leftOut.includes(key))
    .map(({ json, key }) => chosen(json, { kind: 'combination', key }));
  const curves = choices.curves.map((curve) => {
    const { id, points, scaled, warmup } = curve;
    const name = curve.name.trim() || suggestedCurveName(id);
    const start = warmUpKey(optionalNumberIn(warmup) ?? 0);
    return chosen(
      { ...{ kind: freezeOut.kind, shape: 'curve', points, name, scaled }, ...steps, ...start },
      { kind: 'curve', id },
    );
  });
  const rules = choices.rules.map((rule) => chosen(ruleJson(rule), { kind: 'rule', id: rule.id }));
  const others = choices.others.map((policy, index) => chosen(policy, { kind: 'other', index }));
  return [...combinations, ...curves, ...rules, ...others];
}

/** What stays the same of a choice while its policy is edited. */
export function choiceKey({ source, name }: ChosenPolicy): string {
  switch (source.kind) {
    case 'curve':
      return curveKey(source.id);
    case 'rule':
      return ruleKey(source.id);
    default:
      return name;
  }
}

/** The name of a curve that nobody has named. */
export function suggestedCurveName(id: number): string {
  return `curve ${id}`;
}

export function curveKey(id: number): string {
  return `curve ${id}`;
}

export function ruleKey(id: number): string {
  return `rule ${id}`;
}

export function withoutPolicy(choices: PolicyChoices, { source }: ChosenPolicy): PolicyChoices {
  switch (source.kind) {
    case 'combination':
      return { ...choices, leftOut: [...choices.leftOut, source.key] };
    case 'curve':
      return { ...choices, curves: choices.curves.filter((curve) => curve.id !== source.id) };
    case 'rule':
      return { ...choices, rules: choices.rules.filter((rule) => rule.id !== source.id) };
    case 'other':
      return { ...choices, others: choices.others.filter((_, index) => index !== source.index) };
  }
}

/** Combinations that were taken out and would be there otherwise. */
export function leftOutCount(choices: PolicyChoices): number {
  return combinationsOf(choices).filter((policy) => choices.leftOut.includes(policyName(policy))).length;
}

/** The choices that give these policies: combinations where they fit, a curve for each drawn one, rules, the rest as they are. */
export function choicesOf(policies: readonly Policy[]): PolicyChoices {
  const freezeOuts = policies.filter(isFreezeOut);
  const shared = sharedScheduleSteps(freezeOuts);
  const fitting = freezeOuts.filter((policy) => policy.scheduleSteps === shared);
  const named = fitting.filter((policy) => policy.shape !== 'curve');
  const warmups = [...new Set(named.map(({ warmupEpochs = 0 }) => warmupEpochs))].sort((a, b) => a - b);
  const choices: PolicyChoices = {
    shapes: SHAPES.filter((shape) => named.some((policy) => policy.shape === shape)),
    t0s: [...new Set(named.map((policy) => policy.t0))].sort((a, b) => a - b),
    t0Text: '',
    scaled: named.some((policy) => policy.scaled),
    plain: named.some((policy) => !policy.scaled),
    warmups: warmUpText(warmups),
    leftOut: [],
    curves: fitting
      .filter((policy) => policy.shape === 'curve')
      .map(({ points, name = '', scaled, warmupEpochs = 0 }, index) => ({
        ...{ id: index + 1, name, points, scaled },
        warmup: warmUpText([warmupEpochs]),
      })),
    rules: policies.filter(isRule).map((policy, index) => ruleOf(policy, index + 1)),
    others: freezeOuts.filter((policy) => policy.scheduleSteps !== shared),
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

/** The choices with this curve in place of the one of its number, or as another. */
export function withCurve(choices: PolicyChoices, curve: EditedCurve): Pick<PolicyChoices, 'curves'> {
  const drawn: DrawnCurve = { ...curve, points: curve.points.map(([x, ratio]) => [x, ratio]) };
  const isKnown = choices.curves.some(({ id }) => id === curve.id);
  if (!isKnown) return { curves: [...choices.curves, drawn] };
  return { curves: choices.curves.map((other) => (other.id === curve.id ? drawn : other)) };
}

export function nextCurveId(choices: PolicyChoices): number {
  return nextId(choices.curves);
}

/** The choices with this rule in place of the one of its number. */
export function withRule({ rules }: PolicyChoices, rule: RuleDraft): Pick<PolicyChoices, 'rules'> {
  return { rules: rules.map((other) => (other.id === rule.id ? rule : other)) };
}

export function nextRuleId(choices: PolicyChoices): number {
  return nextId(choices.rules);
}

function nextId(all: readonly { readonly id: number }[]): number {
  return Math.max(0, ...all.map(({ id }) => id)) + 1;
}

function chosen(json: PolicySpec, source: ChosenPolicy['source']): ChosenPolicy {
  return { json, policy: policySchema.safeParse(json).data ?? null, name: policyName(json), source };
}

function combinationsOf({ shapes, t0s, scaled, plain, warmups }: PolicyChoices) {
  const rates = [...(scaled ? [true] : []), ...(plain ? [false] : [])];
  const starts = warmUpsIn(warmups).map(warmUpKey);
  return SHAPES.filter((shape) => shapes.includes(shape)).flatMap((shape) =>
    t0s.flatMap((t0) =>
      rates.flatMap((isScaled) =>
        starts.map((start) => ({ kind: freezeOut.kind, shape, t0, scaled: isScaled, ...start }) as const),
      ),
    ),
  );
}

/** The number of steps that all of them schedule over; undefined where it is the run's own, or not one for all. */
function sharedScheduleSteps(policies: readonly FreezeOutPolicy[]): number | undefined {
  const all = new Set(policies.map((policy) => policy.scheduleSteps));
  return all.size === 1 ? [...all][0] : undefined;
}
