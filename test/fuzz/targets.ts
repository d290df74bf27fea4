import { ARRAY_TARGETS } from './array-targets.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { IMAGE_TARGETS } from './image-targets.ts';
import { importTarget } from './import-target.ts';
import { TEXT_TARGETS } from './text-targets.ts';

/** Every reader of bytes that come from outside. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [...ARRAY_TARGETS, ...IMAGE_TARGETS, ...TEXT_TARGETS, importTarget];
