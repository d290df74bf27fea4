import { onStudyInputs } from '#core/data/study-inputs.ts';
import type { RunRecord, StudyRecord } from '#core/records.ts';
import { isOver } from '#core/run.ts';
import { secondsLeft } from './budget.ts';
import type { Recommendation } from './recommendation.ts';
import { recommend } from './recommendation.ts';
import type { Round, SearchMove, SearchStanding } from './search.ts';
import { standingOf } from './search.ts';
import { finishedRun, runsAt } from './search-run.ts';
import type { SearchSettings } from './settings.ts';

/** A round and its stored runs, in the order of their places. */
export interface RoundProgress extends Pick<Round, 'value' | 'purpose' | 'pairs'> {
  /** Active seconds that the round will still take; null before any run shows how long one takes. */
  readonly seconds: number | null;
  readonly runs: readonly { readonly id: string; readonly arm: string; readonly seed: number }[];
}

/** A search as lists, pages and the terminal show it. Seconds are active ones. */
export interface SearchProgress extends Pick<SearchStanding, 'tried' | 'bracket'> {
  readonly studyId: string;
  readonly name: string;
  readonly settings: SearchSettings;
  /** The other machine on which its runs train; null for here. */
  readonly machine: string | null;
  /** `training`: a run trains or waits for its turn. `waiting`: the search goes on only when somebody starts it again. */
  readonly state: 'training' | 'waiting' | 'done';
  /** The reason why the search waits; null where it does not. */
  readonly reason: string | null;
  /** The round that is being trained, or is next; null where nothing is left to train. */
  readonly round: RoundProgress | null;
  readonly seconds: {
    readonly used: number;
    readonly budget: number;
    /** Upper bound on the seconds left; null before any run shows how long one takes. */
    readonly left: number | null;
  };
  /** The recommendation so far; final once the search is done. */
  readonly recommendation: Recommendation;
}

type SearchedStudy = Pick<StudyRecord, 'id' | 'name' | 'arms' | 'runs'>;

/** Runs on other data, or from other weights, than the study's are not evidence. */
export function searchProgress(
  searched: SearchedStudy,
  settings: SearchSettings,
  machine: string | null = null,
): SearchProgress {
  const study = onStudyInputs(searched);
  const standing = standingOf(settings, study.runs);
  const { tried, bracket, usedSeconds, next } = standing;
  const isTraining = study.runs.some(isUnderWay);
  const state = isTraining ? 'training' : 'end' in next ? 'done' : 'waiting';
  return {
    ...{ studyId: study.id, name: study.name, settings, machine, tried, bracket, state },
    reason: state === 'waiting' ? reasonToWait(next, study.runs) : null,
    round: 'train' in next ? roundProgress(next.train, study.runs) : null,
    seconds: {
      used: usedSeconds,
      budget: settings.budgetSeconds,
      left: 'end' in next ? 0 : secondsLeft(settings, standing, study.runs),
    },
    recommendation: recommend(settings, standing),
  };
}

/** Whether it waits, trains, or goes on by itself elsewhere, where it has given way. */
export function isUnderWay({ status, elsewhere }: Pick<RunRecord, 'status' | 'elsewhere'>): boolean {
  return !isOver(status) || (status === 'interrupted' && (elsewhere?.isThere ?? false));
}

function roundProgress({ value, purpose, pairs, places, seconds }: Round, runs: readonly RunRecord[]): RoundProgress {
  const stored = places.flatMap((place) => runsAt(place, runs).slice(-1));
  return {
    ...{ value, purpose, pairs, seconds },
    runs: stored.map(({ id, arm, seed }) => ({ id, arm: arm ?? '', seed })),
  };
}

/** The reason why the search waits, given by its first run that did not reach its end. */
function reasonToWait(next: SearchMove, runs: readonly RunRecord[]): string {
  const places = 'train' in next ? next.train.places : [];
  const ended = places.flatMap((place) => (finishedRun(place, runs) === null ? runsAt(place, runs).slice(-1) : []));
  const [first] = ended;
  if (first === undefined) return 'The search was stopped: start it again to go on.';
  return `Run ${first.id} is ${first.status}${first.reason === null ? '' : ` (${first.reason})`}: start the search again to go on.`;
}
