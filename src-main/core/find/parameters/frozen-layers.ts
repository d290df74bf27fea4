import { z } from 'zod';
import { countedNoun } from '#core/analysis/quantity.ts';
import { FROZEN_BATCH_NORM_FIELD, frozenBatchNormSchema, statisticsName } from '#core/policy/frozen-batch-norm.ts';
import { policySchema } from '#core/policy/policy.ts';
import type { SearchedParameter } from './searched-parameter.ts';

const layersSchema = z.strictObject({ kind: z.literal('layers'), frozenBatchNorm: frozenBatchNormSchema });

/** How many layers are frozen from the start, as in fine-tuning: all but the head at most. */
export const frozenLayersParameter: SearchedParameter<'layers', typeof layersSchema> = {
  kind: 'layers',
  title: 'Frozen layers',
  schema: layersSchema,
  fields: [FROZEN_BATCH_NORM_FIELD],
  goal: 'the largest number of layers that are frozen from the start',
  name: 'number of frozen layers',
  columnTitle: 'frozen layers',
  valuesName: 'numbers of frozen layers',
  savesMost: 'highest',
  rangeWords: { lowest: '1', highest: 'all but head', resolution: '1' },
  range: (layerCount) => ({ lowest: 1, highest: layerCount - 1, resolution: 1 }),
  lack(layers, layerCount) {
    if (Number.isInteger(layers) && layers >= 1 && layers < layerCount) return null;
    const most = Number.isFinite(layerCount) ? `from 1 to ${layerCount - 1} (all but the head)` : 'of 1 or more';
    return `The number of frozen layers has to be a whole number ${most}, and ${layers} is not.`;
  },
  valueText: (layers) => countedNoun(layers, 'frozen layer'),
  overText: (over) => `fixed${statisticsName(over)}`,
  policyAt: ({ frozenBatchNorm }, layers) => policySchema.parse({ kind: 'fixed', layers, frozenBatchNorm }),
};
