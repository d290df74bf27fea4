import { type } from '@orpc/contract';
import { z } from 'zod';
import type { BaseSpec } from '#core/run.ts';
import type { FittingModel } from '#core/weights/weights-description.ts';
import { newName, nothing, reference, replace } from './fields.ts';
import { changes, reads } from './procedure.ts';

/** Weights that a spec may name: a file that was added, or those of a finished run. */
export interface WeightsEntry {
  /** What a spec says to begin with them. */
  readonly source: { readonly name: string } | { readonly run: string };
  /** The name, or what the run trained: "ResNet-18 on flowers, 10 epochs, seed 1". */
  readonly title: string;
  readonly bytes: number;
  /** SHA-256 of the file; null for a run, whose file is read as a whole only when it is used. */
  readonly sha256: string | null;
  /** The name of the file that was added; null for a run. */
  readonly file: string | null;
  /** When it was added, or the run ended, in milliseconds since 1970. */
  readonly addedAt: number;
  /** The data on which the run trained; null for a file. */
  readonly dataset: string | null;
  /** The networks that can begin with them; none where the program knows no such network. */
  readonly fits: readonly FittingModel[];
  /** How the run read its images, which suits those who go on with its weights; left out for a file. */
  readonly reading?: Pick<BaseSpec, 'input' | 'normalization'>;
  /** Why they cannot be read now, in a sentence; null where they can. */
  readonly problem: string | null;
}

/** A file of weights that need not have been added. */
export interface DescribedWeights {
  /** Its name, without its folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The networks that can begin with it; none where the program knows no such network. */
  readonly fits: readonly FittingModel[];
}

const path = z.string().min(1);

/** A name that cannot be taken for a file. */
export const newWeightsName = newName.refine(
  (name) => !name.toLowerCase().endsWith('.safetensors'),
  'must not end in .safetensors, which files of weights end in',
);

/** Weights that runs may begin with. */
export const weights = {
  /** The files that were added, and the weights of finished runs of this home, newest first. */
  list: reads(nothing, type<readonly WeightsEntry[]>()),
  /**
   * Copies a safetensors file into the home under a name. Throws 'conflict' for a name that is taken, unless it is to be replaced:
   * runs that began with the file before find it all the same. Throws a bad request for another format, which says how to make
   * safetensors of it, and 'not-found', 'corrupt', 'unavailable' and 'no-space'.
   */
  add: changes(z.strictObject({ name: newWeightsName, path, replace }), type<WeightsEntry>(), {
    pathsIn: (input) => [input.path],
    bringsFile: () => true,
  }),
  /** Which networks the file fits. Throws what `add` throws for a file that cannot be read. */
  describe: reads(z.strictObject({ path }), type<DescribedWeights>(), {
    pathsIn: (input) => [input.path],
    bringsFile: () => true,
  }),
  /**
   * Forgets the name, and removes the home's copy unless another name or a stored run needs it. Throws 'not-found', and 'conflict'
   * where a run that trains or waits begins with it.
   */
  remove: changes(z.strictObject({ name: reference }), type<{ readonly name: string }>()),
};
