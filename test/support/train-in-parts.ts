import type { RunEvent } from '#core/run-event.ts';
import { timelessEvent } from './timeless-event.ts';
import { startTrainer, storedAfter, tinyRun } from './trainer.ts';

/** Where a part of a training ends, and how: it is paused, or its trainer is killed. */
export interface Cut {
  readonly isAt: (event: RunEvent) => boolean;
  readonly by: 'pause' | 'kill';
}

export function cutAt(step: number, by: Cut['by'] = 'pause'): Cut {
  return { isAt: (event) => event.type === 'step.sampled' && event.step >= step, by };
}

/**
 * Trains with these cuts, each part by a trainer of its own, to the end; gives the events of all parts. Where a trainer ends before
 * it hears of a later cut, as it can on a busy machine, that cut is left out; throws where none was made.
 */
export async function trainInParts(
  folder: string,
  cuts: readonly Cut[],
  change: Parameters<typeof tinyRun>[1] = {},
): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (const cut of [...cuts, null]) {
    const { trainer, events: heard, waitFor } = startTrainer({ ...tinyRun(folder, change), ...storedAfter(events) });
    if (cut?.by === 'pause') void waitFor(cut.isAt).then(() => trainer.send({ type: 'pause', reason: 'Cut.' }));
    if (cut?.by === 'kill') void waitFor(cut.isAt).then(() => trainer.kill());
    await trainer.ended;
    events.push(...heard);
    if (heard.at(-1)?.type === 'run.finished') break;
  }
  if (!events.some(({ type }) => type === 'run.resumed')) throw new Error('The training ended before it was cut.');
  return events;
}

/** Loss and rates of each step, in order; steps that were trained again count once, as they came out last. */
export function stepsIn(events: readonly RunEvent[]) {
  const sampled = events.filter((event) => event.type === 'step.sampled');
  const bySteps = new Map(sampled.map(({ step, loss, learningRates }) => [step, { step, loss, learningRates }]));
  return [...bySteps.values()].sort((first, second) => first.step - second.step);
}

/** What was measured of training, without numbers, times, and where it was cut. */
export function measured(events: readonly RunEvent[]) {
  const kept = [
    'layer.frozen',
    'layer.unfrozen',
    'step.sampled',
    'epoch.finished',
    'predictions.counted',
    'run.finished',
  ];
  return events.filter((event) => kept.includes(event.type)).map(timelessEvent);
}
