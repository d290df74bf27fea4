import { z } from 'zod';
import type { KindField } from '#core/kind.ts';
import { freezeOut } from '#core/policy/freezeout.ts';
import { POLICIES } from '#core/policy/policies.ts';
import { isBaseline, policyKindOf } from '#core/policy/policy.ts';
import type { PolicyKind, PolicySpec } from '#core/policy/policy-kind.ts';
import type { KindErrors, KindJson } from './kind-draft.ts';
import { kindDraft, kindDraftSchema, kindErrors, kindJson } from './kind-draft.ts';

/** The policies that the form asks for by their fields: all but the baseline, which always runs, and FreezeOut, which has a form of its own. */
export const RULES: readonly PolicyKind[] = POLICIES.filter(isRule);
export const RULE_FIELDS: readonly KindField[] = RULES.flatMap(({ fields }) => fields);

/** A rule as it was typed. */
export const ruleDraftSchema = z.object({
  kind: z.enum(RULES.map(({ kind }) => kind)),
  id: z.number(),
  fields: kindDraftSchema,
});

export type RuleDraft = z.infer<typeof ruleDraftSchema>;

export function isRule(policy: PolicySpec): boolean {
  return !isBaseline(policy) && policy.kind !== freezeOut.kind;
}

/** The draft with which a rule of this kind begins. */
export function newRule(kind: RuleDraft['kind'], id: number): RuleDraft {
  return { kind, id, fields: kindDraft(policyKindOf({ kind })) };
}

/** The draft that reads as this policy; the schema's defaults stand for what the policy leaves out. */
export function ruleOf(policy: PolicySpec, id: number): RuleDraft {
  return { kind: policy.kind, id, fields: kindDraft(policyKindOf(policy), policy) };
}

/** The policy that the draft says, with NaN for what is not a number yet: for the schema to judge. */
export function ruleJson(rule: RuleDraft): KindJson {
  return kindJson(policyKindOf(rule), rule.fields);
}

/** What is wrong at each of its fields, in one sentence. */
export function ruleErrors(rule: RuleDraft): KindErrors {
  return kindErrors(policyKindOf(rule), rule.fields);
}
