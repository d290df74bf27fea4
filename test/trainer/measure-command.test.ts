import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseRunSpec } from '#core/run.ts';
import { createChildProcessHost } from '../../src-main/trainer-host/child-process.ts';
import { openLab } from '../support/lab-fixture.ts';
import { trainersOf } from '../support/processes.ts';
import { DATASET, emptyFolder } from '../support/trainer.ts';

const SPEC = parseRunSpec({
  dataset: DATASET,
  train: 160,
  validation: 40,
  test: 40,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
  epochs: 3,
  batchSize: 8,
});

const trainers = createChildProcessHost({ threads: { intraOp: 2, interOp: 1 } });

describe('a measurement', () => {
  it('trains and evaluates a little with TensorFlow, and leaves nothing behind', async () => {
    const { services, store, home } = await openLab(trainers);
    const measurement = await services.measurements.measure({ spec: SPEC });
    expect(measurement.steps).toBeGreaterThanOrEqual(1);
    expect(measurement.steps).toBeLessThanOrEqual(30);
    expect(measurement.msPerStep).toBeGreaterThan(0);
    expect(measurement.msPerEvaluatedImage).toBeGreaterThan(0);
    // On a busy machine, not every depth between the first and the last fits into the time for it.
    const depths = measurement.depths.map(({ frozenLayers }) => frozenLayers);
    expect([depths[0], depths.at(-1)]).toEqual([1, 6]);
    expect(depths).toEqual([1, 2, 3, 4, 5, 6].filter((depth) => depths.includes(depth)));
    expect(measurement.msPerCheckpoint).toBeGreaterThan(0);
    expect(measurement.startUpSeconds).toBeGreaterThan(0);
    expect(measurement.device).not.toBe('');
    expect(measurement).toMatchObject({ movingDepths: null, cacheDisk: null, msPerNewKept: null });
    expect(await store.runs({})).toEqual([]);
    await expect(access(join(home, 'runs', 'measurement'))).rejects.toThrow();
  });

  it('times layers whose statistics move, the disk, and steps that fill the cache, where these are needed', async () => {
    const { services } = await openLab(trainers);
    const spec = { ...SPEC, augment: 'none' } as const;
    const { depths, movingDepths, cacheDisk, msPerNewKept } = await services.measurements.measure({
      spec,
      movesStatistics: true,
    });
    expect(movingDepths?.map(({ frozenLayers }) => frozenLayers)).toEqual(
      depths.map(({ frozenLayers }) => frozenLayers),
    );
    for (const { ratio } of movingDepths ?? []) expect(ratio.median).toBeGreaterThan(0);
    for (const { fillingStepMs } of depths) expect(fillingStepMs).toBeGreaterThan(0);
    expect(cacheDisk?.bytes).toBeGreaterThan(0);
    expect(cacheDisk?.writeMsPerByte).toBeGreaterThan(0);
    // Its worth is a difference of times, which noise may bring to 0: measurement.test.ts proves it with a clock of its own.
    expect(msPerNewKept).toEqual(expect.any(Number));
  });

  it('ends its trainer when nobody waits for it any more', async () => {
    const { services } = await openLab(trainers);
    const cancelling = new AbortController();
    const measuring = services.measurements.measure({ spec: SPEC }, cancelling.signal);
    const refused = expect(measuring).rejects.toMatchObject({ code: 'unavailable' });
    await expect.poll(() => trainersOf(process.pid)).toHaveLength(1);
    cancelling.abort();
    await refused;
    expect(trainersOf(process.pid)).toEqual([]);
  });

  it('says in one sentence which file it lacks', async () => {
    const { services } = await openLab(trainers);
    const folder = await emptyFolder();
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'absent');
    const spec = { ...SPEC, dataset: { kind: 'idx', path, classes: 10 } as const, train: 100, validation: 0 };
    await expect(services.measurements.measure({ spec })).rejects.toThrow(path);
  });
});
