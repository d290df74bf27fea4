import type { RunRecord } from '#core/records.ts';
import type { RunPace } from './run-pace.ts';

/** What is known about how a finished run was timed. */
export interface TimedRun
  extends Pick<
    RunRecord,
    'arm' | 'seed' | 'environment' | 'conditions' | 'imported' | 'startedAt' | 'endedAt' | 'seconds'
  > {
  readonly stepsPerEpoch?: number;
  /** Share of the baseline's time that the profile says is saved; null or absent where that is not known. */
  readonly profileSaved?: number | null;
  /** By its sampled steps and its profile; null or absent where these do not tell. */
  readonly pace?: RunPace | null;
  /** The same by the training time of its epochs. */
  readonly epochPace?: RunPace | null;
}

/** A run and the baseline's run of the same seed. */
export interface TimedPair {
  readonly run: TimedRun;
  readonly partner: TimedRun;
}

/** Pairs every run outside the baseline with the baseline's run of its seed; runs without such a partner are left out. */
export function timedPairs(runs: readonly TimedRun[], baseline: string): readonly TimedPair[] {
  const partners = new Map(runs.filter(({ arm }) => arm === baseline).map((run) => [run.seed, run]));
  return runs.flatMap((run) => {
    const partner = partners.get(run.seed);
    return run.arm === baseline || partner === undefined ? [] : [{ run, partner }];
  });
}

/** Logical processors of the machine; where unknown, the threads that the run used. Null where neither is known. */
export function coresOf({ environment }: TimedRun): number | null {
  return environment?.cores ?? environment?.threads?.intraOp ?? null;
}

/** Threads of a run on a graphics card: one keeps the card busy, one makes batches. */
const THREADS_OF_A_GPU_RUN = 2;

/** Cores that the run left to other programs; null where the number of cores is unknown. */
export function spareCores(run: TimedRun): number | null {
  const cores = coresOf(run);
  const { backend, threads } = run.environment ?? {};
  if (cores === null) return null;
  const used = backend === 'tensorflow-gpu' ? THREADS_OF_A_GPU_RUN : (threads?.intraOp ?? cores);
  return Math.max(0, cores - used);
}

/** A load, or a difference of loads, below this many cores is noise: a quarter of a core, or a tenth of a large machine. */
export function noticeableLoad(cores: number | null): number {
  return Math.max(0.25, 0.1 * (cores ?? 0));
}

/** Seconds that a run took in all: training, evaluation and checkpoints. */
export function activeSeconds({ seconds }: Pick<TimedRun, 'seconds'>): number {
  return seconds.training + seconds.evaluation + seconds.checkpoint;
}

/** First start and end of a run, in ms since 1970; null where the times are not those of a clock, as in made-up runs. */
export function spanOf(run: TimedRun): { readonly start: number; readonly end: number } | null {
  const { startedAt: start, endedAt: end } = run;
  if (start === null || end === null || (end - start) / 1000 < 0.5 * activeSeconds(run)) return null;
  return { start, end };
}

/** Seconds between its start and its end in which the run did not train, evaluate or save. */
export function idleSeconds(run: TimedRun): number {
  const span = spanOf(run);
  return span === null ? 0 : Math.max(0, (span.end - span.start) / 1000 - activeSeconds(run));
}
