import { z } from 'zod';
import { BLOCK_SIZES } from '#core/block/grouped-runs.ts';
import { machineNameSchema, slurmTime } from '#core/machines/machine.ts';
import { LONGEST_NOTE, LONGEST_TAG } from '#core/study.ts';

/**
 * The brand of text that names something and cannot be a path. For all other text, the contract must say whether it
 * carries paths.
 */
export type Name = 'name';

/** A public id, or a prefix that only one id has; for a study, also its name. */
export const reference = z.string().trim().min(1).max(200).brand<Name>();
export const oneRun = z.strictObject({ run: reference });
export const oneStudy = z.strictObject({ study: reference });
/** What people write about a run or a study. */
export const note = z.string().max(LONGEST_NOTE);
export const tags = z.array(z.string().trim().min(1).max(LONGEST_TAG)).max(20);
export const fileBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be bytes');
export const nothing = z.strictObject({});
export const newName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/i,
    'must be up to 64 letters, digits, dots, dashes or underscores, not beginning with a dash',
  )
  .brand<Name>();

/** Where runs are to train: a machine of the home, what makes a block there, and how long its jobs may last. */
export const destination = z.strictObject({
  machine: machineNameSchema.brand<Name>(),
  block: z.enum(BLOCK_SIZES).default('seed'),
  time: slurmTime.brand<Name>().nullable().default(null),
});

/** Whether the data set or the weights that have the name already give way to the new ones. */
export const replace = z.boolean().default(false);
