import { freezeOut } from '#core/policy/freezeout.ts';
import type { Policy } from '#core/policy/policy.ts';
import { policyName, policySchema } from '#core/policy/policy.ts';
import type { StudyRecord } from '#core/records.ts';
import type { ParsedSeeds } from '#core/seeds.ts';
import { parseSeeds } from '#core/seeds.ts';
import { counted } from './format.ts';
import type { RuleDraft } from './rule-drafts.ts';
import { ruleJson } from './rule-drafts.ts';

/** Seeds that are new to the study, as one types them: "4-6, 9". */
export function newSeeds(text: string, known: readonly number[]): ParsedSeeds {
  const parsed = parseSeeds(text);
  const twice = parsed.seeds?.find((seed) => known.includes(seed));
  return twice === undefined ? parsed : { seeds: null, error: `Seed ${twice} is there already: leave it out.` };
}

export type ParsedPolicy = { readonly policy: Policy } | { readonly error: string };

export interface PolicyDraft {
  readonly shape: 'linear' | 'squared' | 'cubic';
  readonly t0: number | null;
  readonly scaled: boolean;
}

const SUGGESTED_T0 = [0.5, 0.8, 0.3, 0.6, 0.9, 0.4, 0.7, 0.2] as const;

/** A policy that the study does not have yet, where one of the usual ones is left. */
export function suggestedPolicy(known: readonly string[]): PolicyDraft & { readonly t0: number } {
  const drafts = (['cubic', 'linear', 'squared'] as const).flatMap((shape) =>
    SUGGESTED_T0.map((t0) => ({ shape, t0, scaled: true })),
  );
  return drafts.find((draft) => 'policy' in parsePolicy(draft, known)) ?? { shape: 'cubic', t0: 0.5, scaled: true };
}

export function parsePolicy(draft: PolicyDraft, known: readonly string[]): ParsedPolicy {
  const parsed = freezeOut.schema.safeParse({ kind: freezeOut.kind, ...draft });
  return parsed.success ? unlessKnown(parsed.data, known) : { error: 't0 must be above 0 and at most 1.' };
}

/** Reads a rule other than FreezeOut; what its fields lack is said at them. */
export function parseRule(rule: RuleDraft, known: readonly string[]): ParsedPolicy {
  const parsed = policySchema.safeParse(ruleJson(rule));
  return parsed.success ? unlessKnown(parsed.data, known) : { error: 'Correct what its fields say first.' };
}

function unlessKnown(policy: Policy, known: readonly string[]): ParsedPolicy {
  const name = policyName(policy);
  return known.includes(name) ? { error: `The arm "${name}" is there already.` } : { policy };
}

/** "2 seeds in 7 arms: 14 runs". */
export function seedsCostText(study: StudyRecord, seeds: number): string {
  const { length: arms } = study.arms;
  return `${counted(seeds, 'seed')} in ${counted(arms, 'arm')}: ${counted(seeds * arms, 'run')}`;
}

/** "2 arms, each with an equal-time baseline, 3 seeds: 12 runs". */
export function armsCostText(study: StudyRecord, policies: number): string {
  const perPolicy = study.equalTimeBaseline ? 2 : 1;
  const control = policies === 1 ? 'with its equal-time baseline' : 'each with an equal-time baseline';
  const runs = policies * perPolicy * study.seeds.length;
  const parts = [
    counted(policies, 'arm'),
    ...(study.equalTimeBaseline ? [control] : []),
    counted(study.seeds.length, 'seed'),
  ];
  return `${parts.join(', ')}: ${counted(runs, 'run')}`;
}
