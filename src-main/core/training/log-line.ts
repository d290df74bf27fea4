import { decimal, percent } from '#core/analysis/quantity.ts';
import { printableLine } from '#core/printable.ts';
import type { RunEvent } from '#core/run-event.ts';

/** What the log of a trainer says of an event, on one line without the time; null for the many that each step brings. */
export function eventLine(event: RunEvent): string | null {
  switch (event.type) {
    case 'run.started':
      return `run ${event.runId} starts: ${event.stepsPerEpoch} steps an epoch, ${event.layers.length} layers`;
    case 'epoch.finished': {
      const validation =
        event.validationError === null ? '' : `, validation error ${percent(event.validationError, 2)}`;
      const times = `${decimal(event.seconds.training, 1)} s of training, ${event.frozenLayers} layers frozen`;
      return `epoch ${event.epoch}: training loss ${event.trainLoss.toFixed(4)}${validation}, ${times}`;
    }
    case 'layer.frozen':
    case 'layer.unfrozen':
      return `step ${event.step}: layer ${event.layer} ${event.type === 'layer.frozen' ? 'freezes' : 'trains again'}`;
    case 'checkpoint.saved':
      return `step ${event.step}: checkpoint saved`;
    case 'run.profiled':
      return `step times measured at ${event.depths.length} freeze depths in ${decimal(event.seconds, 1)} s`;
    case 'prefix-cache.decided':
      return printableLine(
        `step ${event.step}: output of ${event.depth} frozen layers kept in ${event.place}: ${event.reason}`,
      );
    case 'run.finished':
      return `finished: test error ${percent(event.testError, 2)}, ${decimal(event.seconds.training, 1)} s of training`;
    case 'run.paused':
    case 'run.resumed':
    case 'run.stopped':
    case 'run.diverged':
    case 'run.failed':
    case 'run.interrupted':
      return printableLine(`${event.type.replace('run.', '')}: ${event.reason}`);
    case 'step.sampled':
    case 'prefix-cache.finished':
    case 'predictions.counted':
      return null;
  }
}
