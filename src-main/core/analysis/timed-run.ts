import type { RunRecord } from '#core/records.ts';

/** What there is to know of how a finished run was timed. */
export type TimedRun = Pick<
  RunRecord,
  'arm' | 'seed' | 'environment' | 'conditions' | 'imported' | 'startedAt' | 'endedAt' | 'seconds'
>;

/** A run and the baseline's run of the same seed. */
export interface TimedPair {
  readonly run: TimedRun;
  readonly partner: TimedRun;
}

/** Of every run of another arm than the baseline that has a partner in it. */
export function timedPairs(runs: readonly TimedRun[], baseline: string): readonly TimedPair[] {
  const partners = new Map(runs.filter(({ arm }) => arm === baseline).map((run) => [run.seed, run]));
  return runs.flatMap((run) => {
    const partner = partners.get(run.seed);
    return run.arm === baseline || partner === undefined ? [] : [{ run, partner }];
  });
}

/** Logical processors of the machine, as far as it is known; else as many as the run used. Null where neither is known. */
export function coresOf({ environment }: TimedRun): number | null {
  return environment?.cores ?? environment?.threads?.intraOp ?? null;
}

/** On a graphics card: one that keeps it busy, one that makes batches. */
const THREADS_BESIDE_A_GPU = 2;

/** Cores that were left to other programs; null where it is not known how many there are. */
export function spareCores(run: TimedRun): number | null {
  const cores = coresOf(run);
  const { backend, threads } = run.environment ?? {};
  if (cores === null) return null;
  const used = backend === 'tensorflow-gpu' ? THREADS_BESIDE_A_GPU : (threads?.intraOp ?? cores);
  return Math.max(0, cores - used);
}

/** Less load than this many cores, or differing by less, is noise: a quarter of one, or a tenth of a large machine. */
export function noticeableLoad(cores: number | null): number {
  return Math.max(0.25, 0.1 * (cores ?? 0));
}

/** What a run took in all: training, evaluation and checkpoints. */
export function activeSeconds({ seconds }: Pick<TimedRun, 'seconds'>): number {
  return seconds.training + seconds.evaluation + seconds.checkpoint;
}

/** From first start to end, in ms since 1970; null where the times are not those of a clock, as in made-up runs. */
export function spanOf(run: TimedRun): { readonly start: number; readonly end: number } | null {
  const { startedAt: start, endedAt: end } = run;
  if (start === null || end === null || (end - start) / 1000 < 0.5 * activeSeconds(run)) return null;
  return { start, end };
}

/** Between its start and its end, seconds in which the run did not train, evaluate or save. */
export function idleSeconds(run: TimedRun): number {
  const span = spanOf(run);
  return span === null ? 0 : Math.max(0, (span.end - span.start) / 1000 - activeSeconds(run));
}
