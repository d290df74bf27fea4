import type { EpochRecord, RunRecord } from '#core/records.ts';
import { isFinal } from '#core/run.ts';
import type { ScaleOptions } from './axes.ts';
import { tickLook, valueAxis } from './axes.ts';
import type { FigureLook } from './built-figure.ts';
import type { Range } from './figure-range.ts';
import { chosenRange } from './figure-range.ts';
import type { Palette } from './palette.ts';
import type { RunPlace } from './request-parts.ts';

interface PlaceAxis {
  readonly x: RunPlace;
  readonly logX: boolean;
  /** The part of the axis that is shown; null for all. */
  readonly rangeX: readonly [number, number] | null;
}

export const PLACE_TITLES: Readonly<Record<RunPlace, string>> = {
  epoch: 'epoch',
  step: 'step',
  seconds: 'active time',
};

interface AxisEnd {
  readonly look: FigureLook;
  readonly palette: Palette;
  /** Where the last value stands. */
  readonly last: number;
  /** Where the axis ends at least, however little has been trained; null where that is not known. */
  readonly planned?: number | null;
}

/** The x axis of everything that happens along a run; active time is in seconds, written in the unit that fits. */
export function runAxis(request: PlaceAxis, { look, palette, last, planned = null }: AxisEnd): ScaleOptions {
  const range = chosenRange(request.rangeX);
  const axis = { title: PLACE_TITLES[request.x], look, palette, range, isLog: request.logX };
  if (request.logX) return { ...valueAxis(withUnit(axis, request.x)), bounds: 'data' } as ScaleOptions;
  const scale = request.x === 'seconds' ? timeAxis(axis, last) : valueAxis({ ...axis, isWhole: true });
  const end = planned === null ? {} : { suggestedMax: planned };
  // The axis begins at the run's start and ends where the run has got to, or will get to.
  return { ...scale, ...end, bounds: 'data', beginAtZero: true } as ScaleOptions;
}

type PlannedRun = Pick<RunRecord, 'status' | 'steps' | 'stepsPerEpoch'>;

/**
 * Where on the axis the longest of these runs will end that may still train: the axis of a live curve then does not grow with
 * every epoch. Null for active time, which is not known before, and where no run trains on.
 */
export function plannedEnd(runs: readonly PlannedRun[], x: RunPlace): number | null {
  const open = runs.filter(({ status }) => !isFinal(status));
  if (x === 'seconds' || open.length === 0) return null;
  return Math.max(...open.map(({ steps, stepsPerEpoch }) => (x === 'step' ? steps : steps / stepsPerEpoch)));
}

function withUnit<Axis extends { readonly title: string }>(axis: Axis, x: RunPlace): Axis {
  return x === 'seconds' ? { ...axis, title: `${axis.title} (s)` } : axis;
}

const MINUTE = 60;
const HOUR = 3600;

export interface TimeUnit {
  readonly name: string;
  readonly seconds: number;
}

const SECOND: TimeUnit = { name: 's', seconds: 1 };
const UNITS: readonly TimeUnit[] = [{ name: 'h', seconds: HOUR }, { name: 'min', seconds: MINUTE }, SECOND];

/** The largest unit of which so many seconds are at least `count`; seconds where they are less of each. */
export function timeUnit(seconds: number, count: number): TimeUnit {
  return UNITS.find((unit) => seconds >= count * unit.seconds) ?? SECOND;
}

const TICK_STEPS = [
  ...[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((size) => size * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 120, 240].map((size) => size * HOUR),
];
const MOST_TICKS = 8;

function timeAxis(axis: Parameters<typeof valueAxis>[0], last: number): ScaleOptions {
  const unit = timeUnit(last, 2);
  return {
    ...valueAxis({ ...axis, title: `${axis.title} (${unit.name})` }),
    afterBuildTicks: (scale: Range & { ticks: { value: number }[] }) => {
      scale.ticks = timeTicks(scale.min, scale.max).map((value) => ({ value }));
    },
    ticks: {
      ...tickLook(axis.look, axis.palette),
      callback: (value: number | string) => String(Number((Number(value) / unit.seconds).toPrecision(5))),
    },
  } as ScaleOptions;
}

/** Ticks at round times, in seconds. */
export function timeTicks(min: number, max: number): number[] {
  const step = TICK_STEPS.find((size) => (max - min) / size <= MOST_TICKS) ?? (max - min) / MOST_TICKS;
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.max(0, Math.floor(max / step + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

export interface RunClock {
  readonly stepsPerEpoch: number;
  readonly epochs: readonly EpochRecord[];
}

/** The place of a run's step on the axis. Within an epoch, time is taken to pass evenly. */
export function placeOfStep(step: number, x: RunPlace, clock: RunClock): number {
  if (x === 'step') return step;
  const epoch = step / clock.stepsPerEpoch;
  return x === 'epoch' ? epoch : secondsAt(epoch, clock.epochs);
}

function secondsAt(epoch: number, epochs: readonly EpochRecord[]): number {
  let seconds = 0;
  let done = 0;
  for (const record of epochs) {
    const share = Math.min(1, Math.max(0, epoch - done));
    seconds += share * record.seconds.training;
    done = record.epoch;
    if (epoch <= done) return seconds;
  }
  const last = epochs.at(-1);
  return seconds + (epoch - done) * (last?.seconds.training ?? 0);
}
