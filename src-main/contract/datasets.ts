import { eventIterator, oc, type } from '@orpc/contract';
import { z } from 'zod';
import { datasetLocationSchema } from '#core/data/dataset-location.ts';
import type { DatasetRecord, DatasetSamples, PreparationLine } from '#core/records.ts';
import { newDatasetName, nothing, reference } from './fields.ts';

const oneDataset = z.strictObject({ name: reference });

export const datasets = {
  list: oc.input(nothing).output(type<readonly DatasetRecord[]>()),
  add: oc
    .input(z.strictObject({ name: newDatasetName, location: datasetLocationSchema }))
    .output(type<DatasetRecord>()),
  /** How far the data sets are that are being added, from now on: a folder of images may take minutes. */
  progress: oc.input(nothing).output(eventIterator(type<PreparationLine>())),
  /** Reads the files again; throws 'corrupt' where they are no longer what was added. */
  verify: oc.input(oneDataset).output(type<DatasetRecord>()),
  /** So many images, drawn by `seed`, and the counts of all classes. */
  samples: oc
    .input(
      oneDataset.extend({
        split: z.enum(['training', 'test']).default('training'),
        count: z.int().min(1).max(100).default(40),
        seed: z.int().min(0).default(0),
      }),
    )
    .output(type<DatasetSamples>()),
  /** Forgets where it is; the files stay. Throws 'conflict' for one that comes with the set-up. */
  remove: oc.input(oneDataset).output(type<{ readonly name: string }>()),
};
