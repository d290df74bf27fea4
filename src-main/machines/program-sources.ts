import type { ProgramSources } from '#core/machines/ports.ts';
import { packedParts } from '../setup/packed.mjs';
import { checkout } from '../setup/places.mjs';
import { sourceNames, sourcesVersion } from '../setup/sources.mjs';
import { packedFiles } from './packed-files.ts';

const own = packedParts?.sources;

/** Those of this checkout, or those that a packaged app carries with it. */
export const programSources: ProgramSources = {
  version: async () => own?.version ?? sourcesVersion(),
  archive: () => packedFiles(['-czf', '-', '-C', own?.folder ?? checkout, ...sourceNames], 'The program'),
};
