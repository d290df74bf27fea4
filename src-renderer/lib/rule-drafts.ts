import { z } from 'zod';
import type { Policy } from '#core/policy/policy.ts';
import { policySchema } from '#core/policy/policy.ts';
import { numberIn } from './draft-number.ts';
import { issueSentence } from './issue-sentence.ts';

const id = z.number();
const text = z.string();

/** A rule other than FreezeOut's, as it was typed: texts that are no numbers yet are kept too. */
export const ruleDraftSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stepwise'), id, start: text, level: text }),
  z.object({ kind: z.literal('gradient-norm'), id, interval: text, percentile: text }),
  z.object({ kind: z.literal('random-times'), id, draw: text, earliest: text, scaled: z.boolean() }),
]);

export type RuleDraft = z.infer<typeof ruleDraftSchema>;
export type RuleKind = RuleDraft['kind'];
export type RulePolicy = Extract<Policy, { kind: RuleKind }>;

interface RuleField {
  readonly key: 'start' | 'level' | 'interval' | 'percentile' | 'draw' | 'earliest';
  readonly label: string;
  readonly hint: string;
}

interface RuleWords {
  readonly title: string;
  /** What it does, and what it is there for. */
  readonly sentence: string;
  readonly fields: readonly RuleField[];
}

export const RULES: Readonly<Record<RuleKind, RuleWords>> = {
  stepwise: {
    title: 'Stepwise',
    sentence:
      'Freezes more layers at each end of an epoch, in equal steps, and leaves the learning rates alone, as MosaicML’s Composer does.',
    fields: [
      { key: 'start', label: 'Start', hint: 'share of the run before the first freeze' },
      { key: 'level', label: 'Level', hint: 'share of the layers that is frozen at the end' },
    ],
  },
  'gradient-norm': {
    title: 'Gradient norm',
    sentence:
      'Decides while it trains: freezes the layers in front whose gradients have changed least since the look before, as AutoFreeze does.',
    fields: [
      { key: 'interval', label: 'Interval', hint: 'share of the run between two looks' },
      { key: 'percentile', label: 'Percentile', hint: 'of the changes, below which a layer may freeze' },
    ],
  },
  'random-times': {
    title: 'Random times',
    sentence:
      'Freezes the layers front to back at times that are drawn: a control, since a schedule that means something should do better.',
    fields: [
      { key: 'draw', label: 'Draw', hint: 'another number draws other times' },
      { key: 'earliest', label: 'Earliest', hint: 'share of the run before which no layer freezes' },
    ],
  },
};

export const RULE_KINDS = Object.keys(RULES) as readonly RuleKind[];
export const RULE_FIELDS = RULE_KINDS.flatMap((kind) => RULES[kind].fields.map(({ key }) => key));

/** A rule to begin with: the schema's own defaults. */
export function newRule(kind: RuleKind, number: number): RuleDraft {
  return ruleOf(policySchema.parse({ kind }) as RulePolicy, number);
}

/** The draft that reads as this policy. */
export function ruleOf(policy: RulePolicy, number: number): RuleDraft {
  switch (policy.kind) {
    case 'stepwise':
      return { kind: 'stepwise', id: number, start: String(policy.start), level: String(policy.level) };
    case 'gradient-norm': {
      const { interval, percentile } = policy;
      return { kind: 'gradient-norm', id: number, interval: String(interval), percentile: String(percentile) };
    }
    case 'random-times': {
      const { draw, earliest, scaled } = policy;
      return { kind: 'random-times', id: number, draw: String(draw), earliest: String(earliest), scaled };
    }
  }
}

/** The policy that the draft says, with NaN for what is no number yet: for the schema to judge. */
export function rulePolicy(rule: RuleDraft): RulePolicy {
  switch (rule.kind) {
    case 'stepwise':
      return { kind: 'stepwise', start: numberIn(rule.start), level: numberIn(rule.level) };
    case 'gradient-norm':
      return { kind: 'gradient-norm', interval: numberIn(rule.interval), percentile: numberIn(rule.percentile) };
    case 'random-times': {
      const { draw, earliest, scaled } = rule;
      return { kind: 'random-times', draw: numberIn(draw), earliest: numberIn(earliest), scaled };
    }
  }
}

export type RuleErrors = Readonly<Partial<Record<RuleField['key'], string>>>;

/** What is wrong at each of its fields, in one sentence. */
export function ruleErrors(rule: RuleDraft): RuleErrors {
  const issues = policySchema.safeParse(rulePolicy(rule)).error?.issues ?? [];
  return Object.fromEntries([...issues].reverse().map((issue) => [String(issue.path.at(-1)), issueSentence(issue)]));
}

/** What is typed in one of its fields. */
export function ruleText(rule: RuleDraft, key: RuleField['key']): string {
  return String((rule as Partial<Record<RuleField['key'], string>>)[key] ?? '');
}

export function isRulePolicy(policy: Policy): policy is RulePolicy {
  return policy.kind in RULES;
}
