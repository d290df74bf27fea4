import { z } from 'zod';
import { policySchema } from '#core/policy/policy.ts';
import type { SearchedParameter } from './searched-parameter.ts';

const t0Schema = z.strictObject({
  kind: z.literal('t0'),
  shape: z.enum(['linear', 'squared', 'cubic']).default('cubic'),
  scaled: z.boolean().default(true),
});

/** FreezeOut's t0: when the first layer freezes. */
export const t0Parameter: SearchedParameter<'t0', typeof t0Schema> = {
  kind: 't0',
  title: 't0 of FreezeOut',
  schema: t0Schema,
  fields: [
    {
      ...{ key: 'shape', label: 'Shape', hint: 'how the freeze times grow with depth', type: 'choice' },
      choices: ['linear', 'squared', 'cubic'],
    },
    { ...{ key: 'scaled', label: 'Scaled rates', type: 'flag' }, hint: 'otherwise all layers start at the same rate' },
  ],
  goal: 'the lowest t0, which saves most',
  name: 't0',
  columnTitle: 't0',
  valuesName: 'values of t0',
  savesMost: 'lowest',
  rangeWords: { lowest: '0.2', highest: '0.9', resolution: '0.05' },
  range: () => ({ lowest: 0.2, highest: 0.9, resolution: 0.05 }),
  lack: (t0) => (t0 > 0 && t0 < 1 ? null : `A t0 has to be above 0 and below 1, and ${t0} is not.`),
  valueText: (t0) => `t0 = ${t0}`,
  overText: ({ shape, scaled }) => `${shape} ${scaled ? 'scaled' : 'plain'}`,
  policyAt: ({ shape, scaled }, t0) => policySchema.parse({ kind: 'freezeout', shape, t0, scaled }),
};
