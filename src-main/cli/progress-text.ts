import { percent } from '#core/analysis/quantity.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { Standing } from '#core/training/standing.ts';
import { durationText } from './quantity-text.ts';

/** One line on how far the training is, with the seconds until the last run has ended where they are known; the least important words come last, where a narrow terminal cuts them off. */
export function standingText(standing: Standing, secondsLeft: number | null): string {
  const { epoch, epochs, loss, validationError, frozenLayers, layerCount, msPerStep } = standing;
  return [
    placeText(standing),
    `epoch ${epoch}/${epochs}`,
    loss === null ? null : `loss ${loss.toFixed(4)}`,
    validationError === null ? null : `val. error ${percent(validationError, 2)}`,
    `frozen ${frozenLayers}/${layerCount}`,
    msPerStep === null ? null : `${msPerStep.toFixed(msPerStep < 10 ? 1 : 0)} ms/step`,
    secondsLeft === null ? null : `${durationText(secondsLeft)} left`,
    armText(standing),
  ]
    .filter((part) => part !== null)
    .join('  ');
}

/** How a run ended, or that a new trainer continues it; null for other events. */
export function outcomeLine(standing: Standing, event: RunEvent): string | null {
  switch (event.type) {
    case 'run.finished': {
      const trained = durationText(event.seconds.training);
      return `${runLabel(standing)}  finished: test error ${percent(event.testError, 2)}, ${trained} of training`;
    }
    case 'run.paused':
    case 'run.stopped':
    case 'run.diverged':
    case 'run.failed':
    case 'run.interrupted':
      return `${runLabel(standing)}  ${event.type.replace('run.', '')}: ${event.reason}`;
    case 'run.resumed':
      // An event with a step follows from the trainer itself, and says more only where a checkpoint cannot be used.
      return event.step === null || event.passedOver !== undefined
        ? `${runLabel(standing)}  resumed: ${event.reason}`
        : null;
    default:
      return null;
  }
}

function runLabel(standing: Standing): string {
  return `${placeText(standing)}  ${armText(standing)}`;
}

function placeText({ place, runCount }: Standing): string {
  return `run ${place}/${runCount}`;
}

function armText({ arm, seed }: Standing): string {
  return arm === null ? `seed ${seed}` : `${arm}, seed ${seed}`;
}
