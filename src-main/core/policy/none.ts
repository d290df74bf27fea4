import { z } from 'zod';
import type { PolicyKind } from './policy-kind.ts';
import { neverFreezing } from './schedule.ts';

const noneSchema = z.strictObject({ kind: z.literal('none') });

/** The baseline: nothing freezes. It is an arm of every study. */
export const none: PolicyKind<'none', typeof noneSchema> = {
  kind: 'none',
  title: 'Baseline',
  sentence: 'Freezes nothing: every study has this policy, to compare the others with it.',
  schema: noneSchema,
  fields: [],
  armName: () => 'baseline',
  methods: () => 'Nothing freezes.',
  plan: (_policy, context) => neverFreezing(context),
};
