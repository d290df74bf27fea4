import { describe, expect, it } from 'vitest';
import type { TrainerHost, TrainerMessage } from '#core/ports.ts';
import { openLab, SPEC, STUDY } from '../support/lab-fixture.ts';
import { measurementOf } from '../support/measurement.ts';
import { scriptedTrainers, waiting } from '../support/scripted-trainers.ts';

const MEASUREMENT = measurementOf(20);

/** A host whose trainers say this, then end. */
function telling(message: TrainerMessage | null): TrainerHost {
  return {
    start: (_folder, onMessage) => ({
      send: () => message !== null && onMessage(message),
      ended: Promise.resolve(
        message === null ? { reason: 'The trainer was ended by SIGKILL.', isAccident: true } : null,
      ),
      kill: () => undefined,
    }),
  };
}

describe('measurements', () => {
  it('give what the trainer measured', async () => {
    const { services } = await openLab(telling({ type: 'measured', measurement: MEASUREMENT }));
    expect(await services.measurements.measure({ spec: SPEC })).toEqual(MEASUREMENT);
    expect(await services.measurements.measure({ spec: SPEC })).toEqual(MEASUREMENT);
  });

  it('say how long the runs of a study would take', async () => {
    const { services, store } = await openLab(telling({ type: 'measured', measurement: MEASUREMENT }));
    const { arms, seconds, measurement } = await services.measurements.estimate(STUDY);
    expect(measurement).toEqual(MEASUREMENT);
    expect(arms.map(({ name }) => name)).toEqual(['baseline', 'cubic scaled 0.5', 'cubic scaled 0.5, equal time']);
    // 100 steps of 20 ms
    expect(arms[0].training).toBeCloseTo(2, 12);
    expect(seconds).toBeCloseTo(2 * arms.reduce((sum, arm) => sum + arm.total, 0), 9);
    expect(await store.studies()).toEqual([]);
  });

  it('are refused while a run trains', async () => {
    const { services } = await openLab(scriptedTrainers(waiting));
    const id = await services.runs.start(SPEC);
    await expect.poll(async () => (await services.runs.show(id)).status).toBe('running');
    await expect(services.measurements.measure({ spec: SPEC })).rejects.toMatchObject({ code: 'conflict' });
    await services.runs.end(id, 'stop');
  });

  it('are taken one at a time', async () => {
    const { services } = await openLab(telling({ type: 'measured', measurement: MEASUREMENT }));
    const first = services.measurements.measure({ spec: SPEC });
    await expect(services.measurements.measure({ spec: SPEC })).rejects.toMatchObject({ code: 'conflict' });
    expect(await first).toEqual(MEASUREMENT);
  });

  it('end when the home closes, and no other begins', async () => {
    const trainers = scriptedTrainers(waiting);
    const { services } = await openLab(trainers);
    const measuring = services.measurements.measure({ spec: SPEC });
    const cancelled = expect(measuring).rejects.toThrow('The measurement was cancelled.');
    await expect.poll(() => trainers.threads.length).toBe(1);
    await services.side.close();
    await cancelled;
    expect(trainers.killed).toBe(1);
    await expect(services.measurements.measure({ spec: SPEC })).rejects.toThrow();
    expect(trainers.threads).toHaveLength(1);
  });

  it('hand on what the trainer failed with, or how it died', async () => {
    const refusing = await openLab(
      telling({ type: 'failed', code: 'corrupt', message: 'The file is cut off.', hinders: null }),
    );
    await expect(refusing.services.measurements.measure({ spec: SPEC })).rejects.toMatchObject({ code: 'corrupt' });
    const dying = await openLab(telling(null));
    await expect(dying.services.measurements.measure({ spec: SPEC })).rejects.toThrow('ended by SIGKILL');
  });

  it('refuse a spec that does not fit its images before a trainer starts', async () => {
    const { services } = await openLab(telling(null));
    await expect(services.measurements.measure({ spec: { ...SPEC, train: 10_000 } })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });
});
