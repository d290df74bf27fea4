import { archives, others } from './hostile-data.ts';
import { extended, homes } from './hostile-homes.ts';
import { folders, pictures } from './hostile-pictures.ts';
import { ofWeights, specials, specs } from './hostile-texts.ts';
import type { HostileFile } from './hostile-thing.ts';

/** All hostile files, most of less than 10 MB. */
export const HOSTILE_FILES: readonly HostileFile[] = [
  ...[...specials, ...specs, ...ofWeights, ...archives],
  ...[...others, ...pictures, ...folders, ...extended, ...homes],
];
