import { describe, expect, it } from 'vitest';
import { drawFigure } from '#core/figure/figure.ts';
import { scheduleOf } from '#core/policy/policy.ts';
import { figureRequest, PAPER, runDetail, sourceOf } from '../support/figure-fixture.ts';
import { layerNames } from '../support/layer-names.ts';
import { randomStudy } from '../support/study-fixture.ts';

const STUDY = randomStudy({ policies: 1, seeds: [1] });
const RECORD = STUDY.runs[1];
const RUN = runDetail(RECORD);
const STEPS = RUN.steps;
const SCHEDULE = scheduleOf(RUN.spec.policy, {
  layerNames: layerNames(RUN.layers.length),
  learningRate: 0.1,
  steps: STEPS,
  stepsPerEpoch: STEPS,
});

interface Drawn {
  readonly type: string;
  readonly label: string;
  readonly data: readonly { readonly x: number | readonly [number, number]; readonly y: number }[];
  readonly backgroundColor: string;
}

async function datasetsOf(kind: string, study = STUDY, options: object = {}): Promise<Drawn[]> {
  const request = figureRequest({ kind: kind as 'freeze-timeline', run: RECORD.id, ...options });
  const { panels } = await drawFigure(request, sourceOf(study), PAPER);
  return panels[0].configuration.data.datasets as unknown as Drawn[];
}

const labelled = (datasets: readonly Drawn[], label: string) => datasets.find((one) => one.label === label)?.data;

describe('a freeze timeline', () => {
  it('marks planned and actual freezes where the schedule and the run have them', async () => {
    const datasets = await datasetsOf('freeze-timeline');
    const planned = SCHEDULE.freezeSteps.flatMap((step, layer) => (step === null ? [] : [{ x: step, y: layer }]));
    expect(labelled(datasets, 'planned freeze')).toMatchObject(planned);
    expect(labelled(datasets, 'freeze')).toMatchObject(RUN.freezes.map(({ layer, step }) => ({ x: step, y: layer })));
  });

  it('shades each layer until its freeze, ever paler, and freezes it until the end', async () => {
    const bars = (await datasetsOf('freeze-timeline')).filter((one) => one.type === 'bar');
    const [frozen, ...shades] = bars;
    expect(frozen.data).toHaveLength(SCHEDULE.freezeSteps.filter((step) => step !== null).length);
    for (const { x, y } of frozen.data) expect(x).toEqual([SCHEDULE.freezeSteps[y], STEPS]);
    const stem = shades
      .flatMap((shade) => shade.data.filter((bar) => bar.y === 0))
      .map((bar) => bar.x as [number, number]);
    for (const [start, end] of stem) {
      expect(end).toBe(SCHEDULE.freezeSteps[0]);
      // Every shade begins where the rate has fallen by another tenth.
      const share = SCHEDULE.learningRateAt(0, start) / SCHEDULE.initialLearningRates[0];
      expect(Math.abs(10 * share - Math.round(10 * share))).toBeLessThan(1e-9);
    }
    expect(stem).toHaveLength(10);
  });

  it('says how far a run is that still trains', async () => {
    const running = { ...STUDY, runs: STUDY.runs.map((run) => ({ ...run, status: 'running' as const, epoch: 4 })) };
    const now = labelled(await datasetsOf('freeze-timeline', running), 'now');
    expect(now?.map((point) => point.x)).toEqual([4 * RUN.stepsPerEpoch, 4 * RUN.stepsPerEpoch]);
    expect(labelled(await datasetsOf('freeze-timeline'), 'now')).toBeUndefined();
  });

  it('stands by epoch too', async () => {
    const planned = labelled(await datasetsOf('freeze-timeline', STUDY, { x: 'epoch' }), 'planned freeze');
    expect(planned?.[0].x).toBe(Number(SCHEDULE.freezeSteps[0]) / RUN.stepsPerEpoch);
  });
});

describe('learning rates', () => {
  it('are those of the schedule, until each layer freezes', async () => {
    const datasets = await datasetsOf('learning-rates', STUDY, { x: 'step' });
    const lines = datasets.filter((one) => one.type === 'line');
    expect(lines).toHaveLength(RUN.layers.length);
    lines.forEach(({ data }, layer) => {
      for (const { x, y } of data) expect(y).toBe(SCHEDULE.learningRateAt(layer, Number(x)));
      expect(data.at(-1)?.x).toBe((SCHEDULE.freezeSteps[layer] ?? STEPS) - 1);
    });
  });
});

describe('step times', () => {
  it('stack the phases and count the frozen layers', async () => {
    const datasets = await datasetsOf('step-times', STUDY, { x: 'step' });
    const times = await sourceOf(STUDY).stepTimes(RECORD.id, 200);
    expect(labelled(datasets, 'step')?.map((point) => point.y)).toEqual(times.stepMs);
    expect(labelled(datasets, 'waiting for the batch')?.map((point) => point.y)).toEqual(times.waitMs);
    expect(labelled(datasets, 'frozen layers (right)')?.map((point) => point.y)).toEqual(times.frozenLayers);
    expect(labelled(datasets, 'step')?.map((point) => point.x)).toEqual(times.step);
  });

  it('pass evenly within an epoch where they stand by active time', async () => {
    const step = labelled(await datasetsOf('step-times', STUDY, { x: 'seconds' }), 'step') ?? [];
    // Epochs take 20, 19, 18 ... seconds of 200 steps each: step 40 is a fifth into the first, step 240 into the second.
    expect(step[0].x).toBeCloseTo(4, 9);
    expect(step[5].x).toBeCloseTo(20 + 19 / 5, 9);
  });
});

describe('the profile of a run', () => {
  it('has the measured step at every depth with its pairs, against the prediction', async () => {
    const datasets = await datasetsOf('step-profile');
    const { depths } = RUN.profile ?? { depths: [] };
    expect(labelled(datasets, 'measured')).toEqual([
      { x: 0, y: 100 },
      ...depths.map(({ frozenLayers, ratio }) => ({ x: frozenLayers, y: 100 * ratio.median })),
    ]);
    const predicted = labelled(datasets, 'predicted from multiply-adds') ?? [];
    expect(predicted).toHaveLength(Number(depths.at(-1)?.frozenLayers) + 1);
    // The fixture's steps last a twentieth longer than predicted.
    for (const { frozenLayers, ratio } of depths) {
      expect(1.05 * predicted[frozenLayers].y).toBeCloseTo(100 * ratio.median, 9);
    }
    const [, bars] = datasets;
    expect(bars.data[0]).toMatchObject({ yMin: 100 * depths[0].ratio.low, yMax: 100 * depths[0].ratio.high });
  });

  it('says why there is none', async () => {
    const source = { ...sourceOf(STUDY), run: async () => ({ ...RUN, profile: null }) };
    const { panels, table } = await drawFigure(figureRequest({ kind: 'step-profile', run: RUN.id }), source, PAPER);
    expect(JSON.stringify(panels[0].configuration.options?.plugins?.title)).toContain('has no profile');
    expect(table.rows).toEqual([]);
  });
});
