import { z } from 'zod';
import { kindNamed } from '#core/kind.ts';
import { none } from './none.ts';
import { POLICIES } from './policies.ts';
import type { PolicyContext } from './policy-context.ts';
import type { Observable, PolicyKind, PolicyLabels, PolicySpec } from './policy-kind.ts';
import type { Schedule } from './schedule.ts';

const [FIRST, ...OTHERS] = POLICIES;

export const policySchema = z.discriminatedUnion('kind', [FIRST.schema, ...OTHERS.map(({ schema }) => schema)]);

/** A choice of a policy, with all its numbers. */
export type Policy = z.infer<(typeof POLICIES)[number]['schema']>;

export const BASELINE: Policy = { kind: none.kind };

export function isBaseline(policy: PolicySpec): boolean {
  return policy.kind === none.kind;
}

/** The module of a policy's kind. */
export function policyKindOf(policy: PolicySpec): PolicyKind {
  return kindNamed<PolicyKind>(POLICIES, policy.kind);
}

/** What a policy needs for its freezes. */
export interface PolicyNeeds extends Readonly<Record<Observable, boolean>> {
  /**
   * Whether its plan contains every freeze before the first step. Otherwise its saving is only known once a run has
   * ended.
   */
  readonly plans: boolean;
  /** Whether frozen layers run in training mode, as those that train do. */
  readonly movesStatistics: boolean;
}

export function policyNeeds(policy: Policy): PolicyNeeds {
  const kind = policyKindOf(policy);
  const { decisions } = kind;
  const asked = decisions?.needs ?? [];
  return {
    plans: decisions === undefined,
    movesStatistics: kind.movesStatistics?.(policy) ?? false,
    gradientSums: asked.includes('gradientSums'),
    loss: asked.includes('loss'),
  };
}

/** The schedule that a policy plans for a run. Throws a bad request where the policy does not fit the run. */
export function scheduleOf(policy: Policy, context: PolicyContext): Schedule {
  return policyKindOf(policy).plan(policy, context);
}

/** The steps before which the policy decides what freezes; none where it plans every freeze. */
export function decisionStepsOf(policy: Policy, context: PolicyContext): ReadonlySet<number> {
  return policyKindOf(policy).decisions?.stepsOf(policy, context) ?? new Set();
}

/** Whether the same layers are frozen from the first step to the last. */
export function freezesThroughout(policy: PolicySpec): boolean {
  return policyKindOf(policy).isConstant ?? false;
}

/** The name of an arm with this policy: "cubic scaled 0.8". */
export function policyName(policy: PolicySpec): string {
  return policyKindOf(policy).armName(policy);
}

/** Whether two policies do the same, whatever they are called. */
export function isSamePolicy(one: Policy, other: Policy): boolean {
  return plainJson(one) === plainJson(other);
}

function plainJson(policy: Policy): string {
  const entries = Object.entries(policy).filter(([key, value]) => key !== 'name' && value !== undefined);
  return JSON.stringify(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The labels by which figures tell arms apart. */
export function policyLabels(policy: Policy): PolicyLabels {
  const kind = policyKindOf(policy);
  const title = kind.title.toLowerCase();
  return kind.labels?.(policy) ?? { variant: title, t0: title };
}
