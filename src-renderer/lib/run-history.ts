import { percent } from '#core/analysis/quantity.ts';
import type { RunRecord, SegmentRecord } from '#core/records.ts';
import { isOver } from '#core/run.ts';
import type { RunEvent } from '#core/run-event.ts';
import { counted } from './format.ts';
import { outcomeText } from './run-cache.ts';

/** Why a run has no checkpoint. */
export function noCheckpointText({ status, imported }: Pick<RunRecord, 'status' | 'imported'>): string {
  if (imported) return 'None here: imported runs come without checkpoints.';
  if (!isOver(status)) return 'None yet: the first comes at the end of an epoch.';
  return status === 'finished' ? 'None is recorded.' : 'None: it ended before the first one.';
}

/** What happened to a run, as its history tells it. */
export function eventText(event: RunEvent): string {
  switch (event.type) {
    case 'run.started':
      return `Started on ${event.environment.device}`;
    case 'run.profiled':
      return event.saved.profile === null
        ? 'Measured the step times at some freeze depths: what they save is known once the run is over'
        : `Measured the step times at its freeze depths: they save ${percent(event.saved.profile)}`;
    case 'run.finished':
      return `Finished with a test error of ${percent(event.testError, 2)}`;
    case 'layer.frozen':
      return event.step === 0
        ? `Layer ${event.layer} is frozen from the start`
        : `Layer ${event.layer} froze at step ${event.step}`;
    case 'layer.unfrozen':
      return `Layer ${event.layer} trains again from step ${event.step} on`;
    case 'step.sampled':
      return `Step ${event.step}`;
    case 'epoch.finished':
      return `Epoch ${event.epoch} ended`;
    case 'checkpoint.saved':
      return `Checkpoint at step ${event.step}`;
    case 'predictions.counted':
      return `Counted the predictions for the ${event.split} images`;
    case 'prefix-cache.decided':
      return `Cache with ${counted(event.depth, 'frozen layer')}: ${event.reason}`;
    case 'prefix-cache.finished':
      return `Cache of frozen layers: ${outcomeText({ ...event, kept: event.hits + event.advanced })}`;
    default:
      return `${VERBS[event.type]}${event.reason === '' ? '' : `: ${event.reason}`}`;
  }
}

/** A run's history without what its other views show: the cache decides at every depth. */
export function notableEvents(history: readonly RunEvent[]): readonly RunEvent[] {
  return history.filter(({ type }) => type !== 'prefix-cache.decided');
}

const VERBS = {
  'run.paused': 'Paused',
  'run.resumed': 'Resumed',
  'run.stopped': 'Stopped',
  'run.diverged': 'Diverged',
  'run.failed': 'Failed',
  'run.interrupted': 'Interrupted',
} as const;

/** How long a stretch of training lasted, in seconds; `now` ends one that is still on. Both in ms since 1970. */
export function segmentSeconds({ startedAt, endedAt }: SegmentRecord, now: number): number {
  return ((endedAt ?? now) - startedAt) / 1000;
}
