import { authorsRelease } from './authors-release.ts';
import { howManyLayers } from './how-many-layers.ts';
import type { PresetQuestion } from './preset.ts';
import { quick } from './quick.ts';
import { skipConnections } from './skip-connections.ts';
import { speedVsAccuracy } from './speed-vs-accuracy.ts';
import { whichVariant } from './which-variant.ts';

/** The questions that the program comes with, in the order in which lists show them. */
export const PRESET_QUESTIONS: readonly PresetQuestion[] = [
  quick,
  speedVsAccuracy,
  whichVariant,
  skipConnections,
  authorsRelease,
  howManyLayers,
];
