import type { Range } from './figure-range.ts';

const SPEEDUP_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const MOST_SPEEDUP_TICKS = 9;
/** Share of the axis between two ticks, so that their labels do not touch. */
const LEAST_TICK_GAP = 0.07;

export interface SpeedupTick {
  /** Where it stands: time saved, in %. */
  readonly value: number;
  readonly label: string;
}

/** Time saved, in %, past which no speedup is marked: at 100 % it has no end. */
const LAST_SPEEDUP = 95;

/** Round speedups 1 / (1 - saved) within a range of time saved in %; `gap` is the least share of it between two. */
export function speedupTicks({ min, max }: Range, gap = LEAST_TICK_GAP): SpeedupTick[] {
  if (min >= LAST_SPEEDUP) return [];
  const slowest = 1 / (1 - min / 100);
  const fastest = 1 / (1 - Math.min(max, LAST_SPEEDUP) / 100);
  const step = SPEEDUP_STEPS.find((size) => (fastest - slowest) / size <= MOST_SPEEDUP_TICKS) ?? 10;
  const first = Math.ceil(slowest / step);
  const count = Math.max(0, Math.floor(fastest / step) - first + 1);
  const ticks = Array.from({ length: count }, (_, index) => tickAt((first + index) * step, step));
  return spacedApart(ticks, gap * (max - min));
}

function tickAt(speedup: number, step: number): SpeedupTick {
  const decimals = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  return { value: 100 * (1 - 1 / speedup), label: `${speedup.toFixed(decimals)}×` };
}

function spacedApart(ticks: readonly SpeedupTick[], gap: number): SpeedupTick[] {
  const kept: SpeedupTick[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (last === undefined || tick.value - last.value >= gap) kept.push(tick);
  }
  return kept;
}
