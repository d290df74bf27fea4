import type { z } from 'zod';
import type { studySpecSchema } from '#core/study.ts';
import type { FineTuningChoice } from './fine-tuning.ts';

/** A study as its spec file would say it, without the defaults. */
export type WrittenStudy = z.input<typeof studySpecSchema>;
export type WrittenBase = WrittenStudy['base'];
export type WrittenPolicy = WrittenStudy['arms'][number];
export type WrittenModel = WrittenBase['model'];

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
