import { z } from 'zod';
import { optionProblem } from './slurm-options.ts';

// The machines on which runs can train besides this one, as `HOME/machines.json` has them. There are no secrets among this: keys, users and jump
// hosts are the business of ssh's own configuration.

/** What runs of this machine are shown with; no other machine has that name. */
const HERE = 'here';

const CONTROL_CHARACTER = /\p{Cc}/u;
const plainText = z
  .string()
  .min(1)
  .max(1000)
  .refine((text) => !CONTROL_CHARACTER.test(text), 'must be one line without control characters');

export const machineNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores')
  .refine((name) => name !== HERE, `must be another name than "${HERE}", which is this machine`);

/** A host of ssh's configuration, or user@host. One that begins with a dash would be an option of ssh. */
const sshHost = z.string().regex(/^[A-Za-z0-9_[][^\s\p{Cc}'"\\]{0,254}$/u, 'must be a host as ssh takes it');

/** A folder of the machine, from its root or from the home folder of the user there. */
const remoteFolder = plainText.regex(/^(\/|~\/|~$)/, 'must begin with / or ~/');

/** A word of Slurm's own: a partition, an account. */
const slurmWord = z.string().regex(/^[^\s\p{Cc}'"\\]{1,255}$/u, 'must be one word without quotes');

/** Minutes, or what else `sbatch --time` takes: "08:00:00", "2-12:00:00". */
export const slurmTime = z
  .string()
  .regex(/^(\d{1,6}(:\d{1,2}){0,2}|\d{1,4}-\d{1,2}(:\d{1,2}){0,2})$/, 'must be a time of Slurm, such as 08:00:00');

const slurmOption = plainText.superRefine((option, context) => {
  const problem = optionProblem(option);
  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
});

const slurmSchema = z.strictObject({
  partition: slurmWord.optional(),
  account: slurmWord.optional(),
  /** Such as "gpu:a100:1". */
  gres: slurmWord.optional(),
  cpus: z.int().min(1).max(4096).default(1),
  /** Such as "32G". */
  memory: z
    .string()
    .regex(/^\d{1,9}[KMGT]?$/, 'must be a number of megabytes, or one with K, M, G or T')
    .optional(),
  time: slurmTime.optional(),
  /** Further options of sbatch, in their long form. */
  options: z.array(slurmOption).max(100).default([]),
  /** Lines of the job's script that come first, such as "module load cuda/12.4". */
  before: z.array(plainText).max(100).default([]),
});

export const machineSchema = z.strictObject({
  name: machineNameSchema,
  /** The host for ssh; null where commands run on the spot, as on the login node itself. */
  ssh: sshHost.nullable(),
  /** The folder of all that is ours on the machine, on a disk that its nodes see. */
  root: remoteFolder,
  /** Data sets that are there already: their names, and where. */
  datasets: z.record(z.string().min(1), remoteFolder).default({}),
  /** The GPUs of a box, as CUDA_VISIBLE_DEVICES names them: one block at a time on each. Without any, one block at a time. */
  gpus: z.array(z.string().regex(/^[A-Za-z0-9-]{1,80}$/, 'must be a number or a UUID')).default([]),
  /** Without it the machine is a box, on which we start processes ourselves. */
  slurm: slurmSchema.optional(),
});
export type RemoteMachine = z.infer<typeof machineSchema>;

/** What `HOME/machines.json` says. */
export const machinesSchema = z.strictObject({
  machines: z
    .array(machineSchema)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'names a machine twice'),
});
