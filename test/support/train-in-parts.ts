import type { RunEvent } from '#core/run-event.ts';
import { startTrainer, tinyRun } from './trainer.ts';

/** Pauses after so many steps each time; gives the events of all parts but those that say where it was cut. */
export async function trainInParts(
  folder: string,
  cuts: readonly number[],
  change: Parameters<typeof tinyRun>[1] = {},
): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (const cut of [...cuts, Number.POSITIVE_INFINITY]) {
    const resume = events.length > 0;
    const part = startTrainer({ ...tinyRun(folder, change), resume, lastSeq: events.length });
    void part
      .waitFor((event) => event.type === 'step.sampled' && event.step >= cut)
      .then(() => part.trainer.send({ type: 'pause', reason: 'Cut.' }));
    await part.trainer.ended;
    events.push(...part.events);
  }
  return events;
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
  return events
    .filter((event) => kept.includes(event.type))
    .map((event) => ({ ...event, seq: null, at: null, ms: null, seconds: null, conditions: null }));
}
