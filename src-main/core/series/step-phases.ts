import type { Series } from './series.ts';

const PHASE = {
  aliases: [],
  format: 'number',
  per: 'step',
  of: 'run',
  better: 'lower',
  isSummarized: false,
  chart: null,
} as const;

/** Milliseconds that a sampled step waited for its batch. */
export const waitMs = {
  ...PHASE,
  key: 'waitMs',
  name: 'waiting for the batch',
  axis: 'waiting for the batch (ms)',
  fileColumn: 'wait_ms',
  stored: { table: 'steps', column: 'wait_ms', nanBit: 0 },
} as const satisfies Series;

/** Milliseconds of the sampled step itself. */
export const stepMs = {
  ...PHASE,
  key: 'stepMs',
  name: 'step',
  axis: 'step (ms)',
  fileColumn: 'step_ms',
  stored: { table: 'steps', column: 'step_ms', nanBit: 0 },
} as const satisfies Series;

/** Milliseconds around a sampled step that belong to neither of the two. */
export const otherMs = {
  ...PHASE,
  key: 'otherMs',
  name: 'other',
  axis: 'other (ms)',
  fileColumn: 'other_ms',
  stored: { table: 'steps', column: 'other_ms', nanBit: 0 },
} as const satisfies Series;
