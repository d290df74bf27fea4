import type { z } from 'zod';
import type { DatasetInfo } from '#core/data/image-set.ts';
import type { ModelSpec } from '#core/network/network.ts';
import type { BaseSpec } from '#core/run.ts';
import type { studySpecSchema } from '#core/study.ts';

/** A study as its spec file would say it, without the defaults. */
export type WrittenStudy = z.input<typeof studySpecSchema>;
export type WrittenBase = WrittenStudy['base'];
export type WrittenPolicy = WrittenStudy['arms'][number];
export type WrittenModel = WrittenBase['model'];

/** What a person chooses for a study of fine-tuning; everything else follows from it. */
export interface FineTuningChoice {
  /** The name of a data set that was added. */
  readonly dataset: string;
  readonly images: Pick<DatasetInfo, 'training' | 'height' | 'width' | 'channels'>;
  readonly weights: NonNullable<BaseSpec['weights']>;
  /** The network of these weights. */
  readonly model: ModelSpec;
  /** How the run that made the weights read its images; left out for other weights. */
  readonly reading?: Pick<BaseSpec, 'input' | 'normalization'> | undefined;
  /** The pixels that weights without a run expect; default: those of ImageNet, as for nearly all that are published. */
  readonly normalization?: WrittenBase['normalization'];
  /** Default: by the number of images. */
  readonly epochs?: number | undefined;
}

/** Studies, and the name by which a person asks for them. */
export interface WrittenPreset {
  readonly name: string;
  readonly studies: readonly WrittenStudy[];
}

/** A question, and the presets that answer it. */
export interface PresetQuestion {
  readonly question: string;
  /** Sized for two processor cores. */
  readonly small: WrittenPreset;
  /** In the authors' size, which needs a GPU; null where there is no such preset. */
  readonly full: WrittenPreset | null;
  /** About data and weights that a person chooses; left out where there is no such preset. */
  readonly chosen?: ChosenPreset;
}

/** A preset whose study follows from what a person chooses. */
export interface ChosenPreset {
  readonly name: string;
  studyOf(choice: FineTuningChoice): WrittenStudy;
}
