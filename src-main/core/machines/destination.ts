import { z } from 'zod';
import { BLOCK_SIZES } from '../block/grouped-runs.ts';
import { machineNameSchema, slurmTime } from './machine.ts';

/** Where runs are to train, and how: a machine of the home, what makes a block there, and how long its jobs may last; null for what the machine says. */
export const destinationSchema = z.strictObject({
  machine: machineNameSchema,
  block: z.enum(BLOCK_SIZES),
  time: slurmTime.nullable(),
});
export type Destination = Readonly<z.infer<typeof destinationSchema>>;
