import { describe, expect, it } from 'vitest';
import { lastingFreezes } from '#core/policy/cost.ts';
import {
  expectedProfileSteps,
  frozenDepths,
  isWorthProfiling,
  measureProfile,
  profileBudgetMs,
} from '#core/training/profile.ts';
import type { RehearsedStep } from '#core/training/session.ts';
import { fakeBatch } from '../../support/fake-training.ts';

interface Machine {
  readonly depths?: readonly number[];
  readonly warmDepths?: readonly number[];
  /** Of a step with so many frozen layers, after so many steps. */
  readonly stepMs: (frozenLayers: number, stepsBefore: number) => number;
  readonly budgetMs?: number;
  readonly isUnwanted?: (steps: number) => boolean;
}

/** Profiles a session on a clock that only steps move. */
async function profileOn({
  depths = [2, 5],
  warmDepths = [],
  stepMs,
  budgetMs = 0,
  isUnwanted = () => false,
}: Machine) {
  const steps: RehearsedStep[] = [];
  let clock = 0;
  const profile = await measureProfile({
    session: {
      rehearse: (step) => {
        clock += stepMs(step.frozenLayers, steps.length);
        steps.push(step);
      },
    },
    depths,
    warmDepths,
    batch: fakeBatch(0),
    budgetMs: () => budgetMs,
    monotonicMs: () => clock,
    isUnwanted: async () => isUnwanted(steps.length),
  });
  return { profile, steps, frozen: steps.map((step) => step.frozenLayers) };
}

/** 100 ms unfrozen, 10 ms less with every frozen layer. */
const steady = (frozenLayers: number) => 100 - 10 * frozenLayers;

describe('measureProfile', () => {
  it('pairs every depth with the unfrozen step, the two in turn first, after one untimed step each', async () => {
    const { profile, frozen } = await profileOn({ stepMs: (frozenLayers) => steady(frozenLayers) });
    expect(frozen).toEqual([0, 2, 0, 2, 5, 5, 0, ...[2, 0, 0, 5], ...[0, 2, 5, 0]]);
    expect(profile).toEqual({
      unfrozen: { steps: 6, stepMs: { minimum: 100, median: 100 } },
      depths: [
        { frozenLayers: 2, steps: 3, stepMs: { minimum: 80, median: 80 }, ratio: { low: 0.8, median: 0.8, high: 0.8 } },
        { frozenLayers: 5, steps: 3, stepMs: { minimum: 50, median: 50 }, ratio: { low: 0.5, median: 0.5, high: 0.5 } },
      ],
    });
  });

  it('makes no untimed step at a depth that was warmed up', async () => {
    const machine = { warmDepths: [0, 5], stepMs: steady };
    expect((await profileOn(machine)).frozen).toEqual([2, 0, 2, 5, 0, ...[2, 0, 0, 5], ...[0, 2, 5, 0]]);
    expect((await profileOn({ ...machine, depths: [] })).frozen).toEqual([0, 0, 0]);
  });

  it('is not misled by a machine that grows slower all the while', async () => {
    // 1 % slower with every step: measured one depth after the other, the last one would seem to save nothing.
    const slowing = (frozenLayers: number, before: number) => steady(frozenLayers) * 1.01 ** before;
    const { profile } = await profileOn({ depths: [1, 2, 3, 4, 5], stepMs: slowing, budgetMs: Infinity });
    for (const { frozenLayers, ratio, steps } of profile?.depths ?? []) {
      expect(steps).toBe(15);
      expect(Math.abs(ratio.median - steady(frozenLayers) / 100)).toBeLessThan(0.011);
    }
  });

  it('lets a few slow steps pass', async () => {
    const stepMs = (frozenLayers: number, before: number) => steady(frozenLayers) * (before % 11 === 7 ? 5 : 1);
    const { profile } = await profileOn({ stepMs, budgetMs: 2000 });
    expect(profile?.depths.map(({ ratio }) => ratio.median)).toEqual([0.8, 0.5]);
    expect(profile?.unfrozen.stepMs.median).toBe(100);
  });

  it('takes as many rounds as fit into the budget, and three where none does', async () => {
    // A round of two pairs lasts 2 x 100 + 80 + 50 = 330 ms; the untimed steps do not count.
    const roundsIn = async (budgetMs: number) =>
      (await profileOn({ stepMs: steady, budgetMs })).profile?.depths[0].steps;
    expect(await roundsIn(0)).toBe(3);
    expect(await roundsIn(5 * 330)).toBe(5);
    expect(await roundsIn(Infinity)).toBe(15);
  });

  it('measures three unfrozen steps alone where nothing freezes', async () => {
    const budgetMs = Number.POSITIVE_INFINITY;
    const { profile, frozen } = await profileOn({ depths: [], stepMs: (_, before) => 10 + before, budgetMs });
    expect(frozen).toEqual([0, 0, 0, 0]);
    expect(profile).toEqual({ unfrozen: { steps: 3, stepMs: { minimum: 11, median: 12 } }, depths: [] });
  });

  it('leaves off after a pair where it is told to', async () => {
    const { profile, frozen } = await profileOn({ stepMs: steady, isUnwanted: () => true });
    expect(profile).toBeNull();
    expect(frozen).toEqual([0, 2, 0, 2]);
  });
});

describe('what is measured', () => {
  it('is every depth that the run visits', () => {
    expect(frozenDepths(lastingFreezes([4, 4, 8, 30, null]), 20)).toEqual([2, 3]);
    expect(frozenDepths(lastingFreezes([null, null]), 20)).toEqual([]);
  });

  it('is nothing where three rounds would be half of the run or more', () => {
    // 1 + 6 untimed steps and 3 x 12 timed ones; without depths 1 and 3
    expect(isWorthProfiling(86, 6)).toBe(true);
    expect(isWorthProfiling(85, 6)).toBe(false);
    expect(isWorthProfiling(8, 0)).toBe(true);
    expect(isWorthProfiling(7, 0)).toBe(false);
  });

  it('lasts 2 s or 2 % of the training, but no more than half of it, and is foretold', () => {
    expect(profileBudgetMs(1000)).toBe(500);
    expect(profileBudgetMs(10_000)).toBe(2000);
    expect(profileBudgetMs(1_000_000)).toBe(20_000);
    // 12 steps a round: 16 rounds of 10 ms steps would fit
    expect(expectedProfileSteps(6, 2000, 10)).toBe(15 * 12);
    expect(expectedProfileSteps(6, 2000, 20)).toBe(8 * 12);
    expect(expectedProfileSteps(6, 2000, 100)).toBe(3 * 12);
    expect(expectedProfileSteps(0, 2000, 100)).toBe(3);
  });
});
