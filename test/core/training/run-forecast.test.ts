import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile } from '#core/analysis/quantile.ts';
import { randomStream } from '#core/random.ts';
import type { RunDetail } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { Experience } from '#core/training/run-forecast.ts';
import { RunForecast } from '#core/training/run-forecast.ts';
import { MOST_MOVE } from '#core/training/steady-estimate.ts';
import { eventsOf, sampled, sampleRun } from '../../cli/sample-run.ts';
import { profileOf, type SimulatedRun, simulate, type TimedEvent } from '../../support/simulated-run.ts';

const NOTHING: Experience = { twin: null, pace: null };
const STEADY: SimulatedRun = {
  ...{ t0: 0.3, epochs: 10, stepsPerEpoch: 100, stepMs: 120, scatter: 0.1, evaluation: 1.5 },
  bias: () => 1,
};

const runs = fc.record({
  t0: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
  epochs: fc.integer({ min: 8, max: 30 }),
  stepsPerEpoch: fc.integer({ min: 60, max: 150 }),
  stepMs: fc.double({ min: 150, max: 1000, noNaN: true }),
  scatter: fc.double({ min: 0, max: 0.25, noNaN: true }),
  evaluation: fc.double({ min: 0.5, max: 1.6, noNaN: true }),
});

/** A move is limited to a share of what was foretold, which may be somewhat more than what is shown. */
const MOST_CHANGE = 1.2 * MOST_MOVE;

/** What was told after an event, with the truth. */
interface Told {
  readonly type: RunEvent['type'];
  readonly estimate: number | null;
  readonly secondsLeft: number;
  readonly at: number;
}

function follow(detail: RunDetail, known: Experience, events: readonly TimedEvent[]): Told[] {
  const forecast = new RunForecast(detail, known);
  return events.map(({ event, secondsLeft }) => {
    forecast.apply(event);
    return { type: event.type, estimate: forecast.secondsLeft(event.at), secondsLeft, at: event.at };
  });
}

/** The errors behind the first tenth of the run, in order, as shares of what is really left; in the last tenth, of that tenth. */
function errorsOf(told: readonly Told[], seconds: number): number[] {
  const late = told.filter(({ at }) => at >= 100 * seconds);
  const errors = late.map(({ estimate, secondsLeft }) => {
    const error = Math.abs((estimate ?? Number.POSITIVE_INFINITY) - secondsLeft);
    return error / Math.max(secondsLeft, seconds / 10);
  });
  return errors.sort((one, other) => one - other);
}

/** Nine of ten reports are within 15 %; where slow steps happen to come together at the start of an epoch, none is off by half. */
function expectToBeRight(told: readonly Told[], seconds: number): void {
  const errors = errorsOf(told, seconds);
  expect(quantile(errors, 0.9)).toBeLessThan(0.15);
  expect(quantile(errors, 1)).toBeLessThan(0.5);
}

/** The largest change between two reports beyond what passed on the clock, as a share of the estimate; in the last tenth, of that tenth. */
function largestMove(told: readonly Told[], seconds: number): number {
  const moves = told.slice(1).map(({ estimate, at }, index) => {
    const before = told[index];
    if (estimate === null || before.estimate === null) return 0;
    const expected = Math.max(0, before.estimate - (at - before.at) / 1000);
    return Math.abs(estimate - expected) / Math.max(estimate, expected, seconds / 10);
  });
  return Math.max(...moves);
}

const isBehindFirstEpoch = ({ type }: Told) => type === 'epoch.finished';

describe('the time that a run still takes', () => {
  it('is right within 15 % behind its first tenth, and never jumps, by the run’s own profile', () => {
    const biases = fc.double({ min: 0.9, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(
        runs,
        biases,
        fc.double({ min: 0.95, max: 1.05, noNaN: true }),
        fc.nat(),
        (shape, bias, off, seed) => {
          const run = { ...shape, bias: () => bias };
          const { detail, events, seconds } = simulate(run, randomStream(seed, 'weights', 0));
          const profile: RunEvent = { ...profileOf(run, off), runId: detail.id, seq: 0, at: 0 };
          const told = follow(detail, NOTHING, [{ event: profile, secondsLeft: seconds }, ...events]);
          expectToBeRight(told, seconds);
          // The first evaluation may be a cause: behind it there is none.
          expect(largestMove(told.slice(told.findIndex(isBehindFirstEpoch)), seconds)).toBeLessThan(MOST_CHANGE);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  it('is right from the first step on where a run of the same arm tells it, also where the cost model is wrong', () => {
    fc.assert(
      fc.property(runs, fc.double({ min: 0.6, max: 1.6, noNaN: true }), fc.nat(), (shape, bias, seed) => {
        const run = { ...shape, bias: () => bias };
        const { epochs } = simulate(run, randomStream(seed, 'weights', 0));
        const { detail, events, seconds } = simulate(run, randomStream(seed + 1, 'weights', 0));
        const told = follow(detail, { twin: epochs, pace: null }, events);
        expectToBeRight(told, seconds);
        expect(Math.abs((told[0].estimate ?? 0) - seconds)).toBeLessThan(0.2 * seconds);
        expect(largestMove(told, seconds)).toBeLessThan(MOST_CHANGE);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('follows the cost model where nothing was measured, and is not known before five steps were', () => {
    const { detail, events, seconds } = simulate(STEADY, randomStream(1, 'weights', 0));
    const told = follow(detail, NOTHING, events);
    expect(told.slice(0, 4).map(({ estimate }) => estimate)).toEqual([null, null, null, null]);
    expect(told[4].estimate).not.toBeNull();
    expectToBeRight(told, seconds);
  });

  it('comes to the truth of a machine that becomes twice as slow for good', () => {
    const run = { ...STEADY, load: (share: number) => (share < 0.3 ? 1 : 2) };
    const { detail, events, seconds } = simulate(run, randomStream(2, 'weights', 0));
    const told = follow(detail, NOTHING, events);
    const late = told.filter(({ at }) => at > 650 * seconds);
    const errors = late.map(({ estimate, secondsLeft }) => Math.abs((estimate ?? 0) - secondsLeft) / seconds);
    expect(Math.max(...errors)).toBeLessThan(0.08);
    expect(largestMove(told.slice(told.findIndex(isBehindFirstEpoch)), seconds)).toBeLessThan(2 * MOST_CHANGE);
  });

  it('runs down with the clock, and not below nothing', () => {
    const { detail, events } = simulate(STEADY, randomStream(3, 'weights', 0));
    const forecast = new RunForecast(detail, NOTHING);
    for (const { event } of events.slice(0, 50)) forecast.apply(event);
    const { at } = events[49].event;
    const left = forecast.secondsLeft(at) ?? 0;
    expect(forecast.secondsLeft(at + 3000)).toBeCloseTo(left - 3, 9);
    expect(forecast.secondsLeft(at + 1e9)).toBe(0);
  });

  it('jumps where something has changed: a long silence, and a freeze that no plan foretold', () => {
    const policy = { kind: 'gradient-norm', interval: 0.1, percentile: 50 } as const;
    const simulated = simulate(STEADY, randomStream(4, 'weights', 0));
    const detail = { ...simulated.detail, spec: { ...simulated.detail.spec, policy } };
    const forecast = new RunForecast(detail, NOTHING);
    for (const { event } of simulated.events.slice(0, 20)) forecast.apply(event);
    const last = simulated.events[19].event;
    const before = forecast.secondsLeft(last.at) ?? 0;
    const frozen = { runId: detail.id, seq: 99, at: last.at, type: 'layer.frozen', layer: 0, epoch: 2 } as const;
    forecast.apply({ ...frozen, step: 190 });
    // Layer 0 has 8 of the 31 multiply-adds of the forward pass, and layer 1 another 6: 85 become 64.
    expect(forecast.secondsLeft(last.at)).toBeLessThan(0.85 * before);
    forecast.apply({ ...simulated.events[20].event, at: last.at + 3_600_000 });
    expect(forecast.secondsLeft(last.at + 3_600_000)).toBeGreaterThan(0.7 * before);
  });

  it('counts what the cache is predicted to save at a depth, until it gives up', () => {
    const { detail, events } = simulate(STEADY, randomStream(5, 'weights', 0));
    const forecast = new RunForecast(detail, NOTHING);
    const upTo = events.findIndex(({ event }) => event.type === 'step.sampled' && event.step >= 520);
    for (const { event } of events.slice(0, upTo)) forecast.apply(event);
    const { at } = events[upTo - 1].event;
    const before = forecast.secondsLeft(at) ?? 0;
    const told = {
      runId: detail.id,
      seq: 99,
      at,
      type: 'prefix-cache.decided',
      images: 1,
      bytes: 1,
      reason: '',
    } as const;
    // Layers freeze at 0.3, 0.4, 0.5 ... of the run.
    const depth = 3;
    forecast.apply({ ...told, depth, step: 501, place: 'memory', predictedSaved: 4 });
    const cached = forecast.secondsLeft(at) ?? 0;
    expect(cached).toBeLessThan(before);
    forecast.apply({ ...told, depth, step: 520, place: 'none', predictedSaved: 0 });
    expect(forecast.secondsLeft(at)).toBeCloseTo(before, 0);
  });

  it('goes on from the epochs that were stored before it began, and tells the pace for runs that wait', () => {
    const { detail, epochs, events } = simulate(STEADY, randomStream(6, 'weights', 0));
    const forecast = new RunForecast({ ...detail, epochs: epochs.slice(0, 5) }, NOTHING);
    const after = events.find(({ event }) => event.type === 'epoch.finished' && event.epoch === 5);
    expect(forecast.secondsLeft(0)).toBeGreaterThan(0.9 * (after?.secondsLeft ?? 0));
    expect(forecast.secondsLeft(0)).toBeLessThan(1.1 * (after?.secondsLeft ?? 0));
    expect(forecast.pace?.secondsPerUnfrozenStep).toBeCloseTo(0.127, 2);
    expect(forecast.pace?.secondsBetweenEpochs).toBeCloseTo(0.6, 9);
  });

  it('does not change by an event that it has had', () => {
    const forecast = new RunForecast(sampleRun({ status: 'running' }), NOTHING);
    const [first, again] = eventsOf('run1', [sampled(0, 2, 10), sampled(0, 2, 1000)]);
    forecast.apply(first);
    forecast.apply(again);
    expect(forecast.pace).toBeNull();
  });
});
