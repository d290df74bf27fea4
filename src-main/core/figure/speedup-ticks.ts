import type { Range } from './figure-range.ts';

const SPEEDUP_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const MOST_SPEEDUP_TICKS = 9;
/** Least share of the axis between two ticks, so that their labels do not touch. */
const LEAST_TICK_GAP = 0.07;

export interface SpeedupTick {
  /** The place of the tick: time saved, in %. */
  readonly value: number;
  readonly label: string;
}

/** No speedup is marked above this time saved, in %: at 100 % the speedup is infinite. */
const LAST_SPEEDUP = 95;

/** Speedups for wide axes, where even steps would leave out those that readers look for. */
const WIDE_SPEEDUPS = [0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 10, 20];

/** Round speedups 1 / (1 - saved) within a range of time saved in %; two ticks are at least the share `gap` of it apart. */
export function speedupTicks({ min, max }: Range, gap = LEAST_TICK_GAP): SpeedupTick[] {
  if (min >= LAST_SPEEDUP) return [];
  const slowest = 1 / (1 - min / 100);
  const fastest = 1 / (1 - Math.min(max, LAST_SPEEDUP) / 100);
  const step = SPEEDUP_STEPS.find((size) => (fastest - slowest) / size <= MOST_SPEEDUP_TICKS) ?? 1;
  const speedups = step < 0.5 ? evenSpeedups(slowest, fastest, step) : WIDE_SPEEDUPS;
  const inside = speedups.filter((speedup) => speedup >= slowest - 1e-9 && speedup <= fastest + 1e-9);
  const decimals = [0, 1].find((places) => inside.every((one) => isWhole(one * 10 ** places))) ?? 2;
  const least = step < 0.1 ? 2 : step < 1 ? Math.max(1, decimals) : decimals;
  return spacedApart(
    inside.map((speedup) => ({ value: 100 * (1 - 1 / speedup), label: `${speedup.toFixed(least)}×` })),
    gap * (max - min),
  );
}

function evenSpeedups(slowest: number, fastest: number, step: number): number[] {
  const first = Math.ceil(slowest / step - 1e-9);
  const count = Math.max(0, Math.floor(fastest / step + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}

/** Ticks nearest to 1× take precedence; those without room next to them are dropped. */
function spacedApart(ticks: readonly SpeedupTick[], gap: number): SpeedupTick[] {
  const kept: SpeedupTick[] = [];
  for (const tick of ticks.toSorted((one, other) => Math.abs(one.value) - Math.abs(other.value))) {
    if (kept.every((one) => Math.abs(one.value - tick.value) >= gap)) kept.push(tick);
  }
  return kept.sort((one, other) => one.value - other.value);
}
