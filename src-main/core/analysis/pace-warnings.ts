import { BY_PROFILE } from './profile-advice.ts';
import { decimal, percent } from './quantity.ts';
import type { RunPace } from './run-pace.ts';
import type { TimedPair, TimedRun } from './timed-run.ts';
import { subjects } from './timing-subjects.ts';

/** Paces that differ by less do not matter: profile and training differ by a few percent on a quiet machine too. */
const PARTED = Math.log(1.08);
/** A slowness that met both runs, neither shown to be slower, is worth a sentence only from here on. */
const ALIKE = Math.log(1.15);
/** In standard errors: a study may have a hundred pairs. */
const SURE = 4;

/** A pair whose two runs have a pace, and which of them was slowed down, against the quietest run of their machine. */
interface PacedPair extends TimedPair {
  readonly paces: { readonly run: RunPace; readonly partner: RunPace };
  readonly met: Met;
}

type Met = 'arm' | 'baseline' | 'both, the arm more' | 'both, the baseline more' | 'both';

/**
 * Where the step times that runs sampled, or the times of their epochs, part from what their profiles predict: one sentence for each way in which a load can meet
 * an arm and its baseline. It is not visible in the conditions where other programs take caches or memory, or a hypervisor cores.
 */
export function paceWarnings(pairs: readonly TimedPair[], runs: readonly TimedRun[]): readonly string[] {
  const paced = pairs.flatMap((pair) => {
    const found = EVIDENCE.flatMap((evidence) => metPair(pair, runs, evidence));
    return found.find(({ met }) => met !== 'both') ?? found.at(0) ?? [];
  });
  const byPace = MEETINGS.flatMap((met) => {
    const hit = paced.filter((pair) => pair.met === met);
    return hit.length === 0 ? [] : [sentenceOf(hit, met, runs)];
  });
  return [...byPace, ...totalsSentence(pairs, runs)];
}

/**
 * Pairs without a pace, as where the cache of frozen layers served most steps: the whole training time against the baseline's and
 * the profile. Only longer times tell, since the cache makes training shorter than the profile says.
 */
function totalsSentence(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string[] {
  const hit = pairs.filter((pair) => isUnpaced(pair) && lengthening(pair) > ALIKE);
  if (hit.length === 0) return [];
  const longer = percent(Math.exp(Math.max(...hit.map(lengthening))) - 1, 0);
  const names = subjects(
    hit.map(({ run }) => run),
    runs,
  );
  const share = hit.length === 1 ? longer : `up to ${longer}`;
  return [
    `${names} trained ${share} longer than the profile predicts from the baseline's time, and too few steps were timed to say since when: a load that met the arm and not the baseline does this, and the wall clock then shows too little saved; ${ADVICE}.`,
  ];
}

function isUnpaced({ run, partner }: TimedPair): boolean {
  return EVIDENCE.every((evidence) => (run[evidence] ?? null) === null || (partner[evidence] ?? null) === null);
}

/** Logarithm of the training time as a share of what the profile predicts; -Infinity where that is not known. */
function lengthening({ run, partner }: TimedPair): number {
  const predicted = partner.seconds.training * (1 - (run.profileSaved ?? 1));
  if (!(predicted > 0) || placeOf(run) !== placeOf(partner)) return Number.NEGATIVE_INFINITY;
  return Math.log(run.seconds.training / predicted);
}

/** Sampled steps are better at telling since when; epochs hold all steps, and find what few samples that scatter cannot. */
const EVIDENCE = ['pace', 'epochPace'] as const;
type Evidence = (typeof EVIDENCE)[number];

function metPair({ run, partner }: TimedPair, runs: readonly TimedRun[], evidence: Evidence): PacedPair[] {
  const paces = { run: run[evidence] ?? null, partner: partner[evidence] ?? null };
  if (paces.run === null || paces.partner === null) return [];
  const paced = { run: paces.run, partner: paces.partner };
  const quiet = quietestOf([run, partner], runs, evidence);
  if (quiet === null) return [];
  const met = metOf(paced, quiet);
  return met === null ? [] : [{ run, partner, paces: paced, met }];
}

/** The quietest pace of the runs on the pair's machine; null where the two trained on different ones. */
function quietestOf(
  [run, partner]: readonly [TimedRun, TimedRun],
  runs: readonly TimedRun[],
  evidence: Evidence,
): number | null {
  if (placeOf(run) !== placeOf(partner)) return null;
  const there = runs.filter((one) => placeOf(one) === placeOf(run)).flatMap((one) => one[evidence]?.quiet ?? []);
  return Math.min(...there);
}

function placeOf({ environment, imported }: TimedRun): string {
  return JSON.stringify([
    environment?.host,
    environment?.device,
    environment?.threads,
    environment?.arithmetic,
    environment?.graph,
    imported,
  ]);
}

function metOf({ run, partner }: PacedPair['paces'], quiet: number): Met | null {
  const slowness = (pace: RunPace) => Math.log(pace.level / quiet);
  const isSlowed = (pace: RunPace, least: number) => slowness(pace) > Math.max(least, SURE * pace.error);
  const parted = Math.log(run.level / partner.level);
  const isParted = Math.abs(parted) > Math.max(PARTED, SURE * Math.hypot(run.error, partner.error));
  if (!isParted) return isSlowed(run, ALIKE) && isSlowed(partner, ALIKE) ? 'both' : null;
  if (parted > 0) return isSlowed(partner, PARTED) ? 'both, the arm more' : 'arm';
  return isSlowed(run, PARTED) ? 'both, the baseline more' : 'baseline';
}

const MEETINGS = ['arm', 'baseline', 'both, the arm more', 'both, the baseline more', 'both'] as const;

function sentenceOf(hit: readonly PacedPair[], met: Met, runs: readonly TimedRun[]): string {
  const names = subjects(
    hit.map(({ run }) => run),
    runs,
  );
  const most = hit.reduce((one, other) => (distance(other) > distance(one) ? other : one));
  const longer = percent(Math.exp(distance(most)) - 1, 0);
  const share = hit.length === 1 ? longer : `up to ${longer}`;
  const when = whenText(most, met);
  switch (met) {
    case 'arm':
      return `${names} took ${share} longer for a step, at the same freeze depth, than the profile predicts from the baseline's steps${when}: a load most likely slowed the arm down and not the baseline, and the wall clock shows too little saved; ${ADVICE}.`;
    case 'baseline':
      return `${names} met a baseline whose steps took ${share} longer than the profile predicts from the arm's${when}: a load most likely slowed the baseline down and not the arm, and the wall clock shows too much saved; ${ADVICE}.`;
    case 'both, the arm more':
      return `${names} took ${share} longer for a step, at the same freeze depth, than the profile predicts from the baseline's steps${when}: a load most likely slowed both down, the arm more, and the wall clock shows too little saved; ${ADVICE}.`;
    case 'both, the baseline more':
      return `${names} met a baseline whose steps took ${share} longer than the profile predicts from the arm's${when}: a load most likely slowed both down, the baseline more, and the wall clock shows too much saved; ${ADVICE}.`;
    case 'both':
      return `${names} and the baseline both took longer for a step than the quietest run of the study${when}: which of them a load slowed down more is not shown, so the share of time saved may hold, but the seconds do not; ${ADVICE}.`;
  }
}

const ADVICE = `go ${BY_PROFILE}, or train again on a quiet machine`;

function distance({ paces: { run, partner } }: PacedPair): number {
  return Math.abs(Math.log(run.level / partner.level));
}

/** "; in cubic 0.5, seed 1, from step 412 (epoch 3) on": where the steps of the run that was slowed change within the run. */
function whenText({ run, partner, paces }: PacedPair, met: Met): string {
  const isBaseline = met === 'baseline' || met === 'both, the baseline more';
  const [slowed, pace] = isBaseline ? [partner, paces.partner] : [run, paces.run];
  const seed = `in seed ${slowed.seed}${isBaseline ? ' of the baseline' : ''}`;
  if (pace.slow === null) return `, ${seed} from its first step to its last`;
  const { from, until, factor } = pace.slow;
  const span =
    until === null
      ? `from ${stepText(from, slowed)} on`
      : `from ${stepText(from, slowed)} to ${stepText(until, slowed)}`;
  return `, ${seed} ${span} (${decimal(factor, 1)}x as long as before or after)`;
}

function stepText(step: number, { stepsPerEpoch }: TimedRun): string {
  if (stepsPerEpoch === undefined) return `step ${step}`;
  return `step ${step} in epoch ${Math.floor(step / stepsPerEpoch) + 1}`;
}
