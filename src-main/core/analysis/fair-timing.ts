import { isKnown } from '#core/environment.ts';
import type { Environment } from '#core/run-event.ts';
import { nodeText } from './machine-words.ts';
import { paceWarnings } from './pace-warnings.ts';
import { BY_PROFILE } from './profile-advice.ts';
import { decimal } from './quantity.ts';
import type { TimedPair, TimedRun } from './timed-run.ts';
import { activeSeconds, coresOf, idleSeconds, noticeableLoad, spanOf, spareCores, timedPairs } from './timed-run.ts';
import { subjects } from './timing-subjects.ts';

/** A quota that takes less than this share of the training time does not matter. */
const THROTTLED_SHARE = 0.01;
const FREQUENCY_CHANGE = 0.1;
const LONG_PAUSE_SECONDS = 3600;
/** The share of the active time that profile and start-up may take. */
const IDLE_SHARE = 0.05;
/** Ends and starts are recorded by different processes, so a shorter overlap proves nothing. */
const OVERLAP_MS = 2000;

const GO_BY_PROFILE = `go ${BY_PROFILE}`;

/**
 * Why the wall clocks of these runs are not comparable as they stand: one sentence per reason, which names arms and seeds and
 * says what to do. `runs` are the study's finished runs; an unknown value is never a reason.
 */
export function timingWarnings(runs: readonly TimedRun[], baseline: string): readonly string[] {
  const pairs = timedPairs(runs, baseline);
  const ofPairs = [imported, machines, nodes, threads, arithmetics, graphs, versions, loads, frequencies, order].map(
    (check) => check(pairs, runs),
  );
  const ofRuns = [crowds, quotas, heat, pauses, overlaps].map((check) => check(runs));
  return [...ofPairs, ...ofRuns, ...paceWarnings(pairs, runs)].filter((warning) => warning !== null);
}

function imported(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const hit = pairs.filter(({ run, partner }) => run.imported !== partner.imported);
  return sentenceOfPairs(hit, runs, () => [
    'and the baseline did not both train here: one of the two was imported',
    `train both here, or ${GO_BY_PROFILE}`,
  ]);
}

function machines(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const hit = pairs.filter(isOnAnotherKind);
  return sentenceOfPairs(hit, runs, ([{ run, partner }]) => [
    `trained on a different machine from the baseline (${place(run)} against ${place(partner)})`,
    `their times are not comparable; train both on one machine, or ${GO_BY_PROFILE}`,
  ]);
}

/** Where the kind of machine is not known, another host is another machine. */
function isOnAnotherKind(pair: TimedPair): boolean {
  return differing(pair, ['backend', ...KIND]) || (differing(pair, ['host']) && !isOfSameKind(pair));
}

/** What nodes of one kind have in common. */
const KIND = ['device', 'processor', 'cores'] as const;

function isOfSameKind({ run, partner }: TimedPair): boolean {
  return KIND.every((key) => isKnown(run.environment?.[key]) && run.environment?.[key] === partner.environment?.[key]);
}

/** Nodes, or cards, of one kind: a milder reason, since they differ by little. */
function nodes(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const hit = pairs.filter((pair) => !isOnAnotherKind(pair) && (differing(pair, ['host']) || hasAnotherCard(pair)));
  return sentenceOfPairs(hit, runs, ([{ run, partner }]) => [
    `trained on another ${run.environment?.host === partner.environment?.host ? 'GPU' : 'node'} of the baseline's kind (${placeOfRun(run)} against ${placeOfRun(partner)})`,
    `they may differ by a few percent; train all arms of a seed on one, or ${GO_BY_PROFILE}`,
  ]);
}

function hasAnotherCard({ run, partner }: TimedPair): boolean {
  const [own, other] = [run.environment?.gpu?.uuid, partner.environment?.gpu?.uuid];
  return own !== undefined && other !== undefined && own !== other;
}

function placeOfRun({ environment }: TimedRun): string {
  return environment === null ? 'unknown' : nodeText(environment);
}

function place({ environment }: TimedRun): string {
  return environment === null ? 'unknown' : `${environment.device} of ${environment.host}`;
}

function threads(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const hit = pairs.filter(({ run, partner }) => {
    const [own, other] = [run.environment?.threads ?? null, partner.environment?.threads ?? null];
    return own !== null && other !== null && (own.intraOp !== other.intraOp || own.interOp !== other.interOp);
  });
  const count = ({ environment }: TimedRun) => environment?.threads?.intraOp;
  return sentenceOfPairs(hit, runs, ([{ run, partner }]) => [
    `trained with a different number of threads from the baseline (${count(run)} against ${count(partner)})`,
    `train both with the same number, or ${GO_BY_PROFILE}`,
  ]);
}

/** Products are computed in another way by another precision, or by the same one on other units. */
function arithmetics(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const of = ({ environment }: TimedRun) => environment?.arithmetic ?? 'float32';
  const hit = pairs.filter(
    ({ run, partner }) => run.environment !== null && partner.environment !== null && of(run) !== of(partner),
  );
  return sentenceOfPairs(hit, runs, ([{ run, partner }]) => [
    `computed products in another way than the baseline (${of(run)} against ${of(partner)})`,
    'what the wall clock shows is not the freezing alone; train both in one precision',
  ]);
}

/** A card trains in the form that was fastest on its machine, which may be another on another machine. */
function graphs(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const of = ({ environment }: TimedRun) => environment?.graph;
  const hit = pairs.filter((pair) => differing(pair, ['graph']));
  return sentenceOfPairs(hit, runs, ([{ run, partner }]) => [
    `trained with another form of graph than the baseline (${of(run)} against ${of(partner)})`,
    `train both on one machine, or ${GO_BY_PROFILE}`,
  ]);
}

function versions(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const hit = pairs.filter((pair) => {
    const [own, other] = [pair.run, pair.partner].map(({ environment }) => environment?.gpu?.driver);
    const hasOtherDriver = own !== undefined && other !== undefined && own !== other;
    return hasOtherDriver || differing(pair, ['tensorflowVersion', 'appVersion', 'node']);
  });
  const text = ({ environment }: TimedRun) => {
    const driver = environment?.gpu === undefined ? '' : `, driver ${environment.gpu.driver}`;
    return `TensorFlow ${environment?.tensorflowVersion}, FreezeOut Lab ${environment?.appVersion}, Node ${environment?.node}${driver}`;
  };
  return sentenceOfPairs(hit, runs, ([{ run, partner }]) => [
    `trained with different versions from the baseline (${text(run)} against ${text(partner)})`,
    `train both with the same ones, or ${GO_BY_PROFILE}`,
  ]);
}

function differing({ run, partner }: TimedPair, keys: readonly (keyof Environment)[]): boolean {
  return keys.some((key) => {
    const [own, other] = [run.environment?.[key], partner.environment?.[key]];
    return isKnown(own) && isKnown(other) && own !== other;
  });
}

function loads(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const change = ({ run, partner }: TimedPair) =>
    Math.abs(difference(run.conditions.otherLoad, partner.conditions.otherLoad) ?? 0);
  const hit = pairs.filter((pair) => change(pair) > noticeableLoad(coresOf(pair.run)));
  return sentenceOfPairs(hit, runs, () => {
    const { run, partner } = hit.reduce((most, pair) => (change(pair) > change(most) ? pair : most));
    const [own, other] = [run, partner].map(({ conditions }) => decimal(conditions.otherLoad ?? 0, 1));
    return [
      `trained under a different load from the baseline (other work kept ${own} cores busy against ${other}, where they differ most)`,
      `part of what the wall clock shows is that load; ${GO_BY_PROFILE}, or train again on a quiet machine`,
    ];
  });
}

function frequencies(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const hit = pairs.filter(({ run, partner }) => {
    const [own, other] = [run.conditions.frequencyMHz, partner.conditions.frequencyMHz];
    return Math.abs(difference(own, other) ?? 0) > FREQUENCY_CHANGE * (other ?? 0);
  });
  const text = ({ conditions }: TimedRun) => decimal(conditions.frequencyMHz ?? 0, 0);
  return sentenceOfPairs(hit, runs, ([{ run, partner }]) => [
    `trained at a different processor frequency from the baseline (${text(run)} MHz against ${text(partner)})`,
    `fix the frequency and train again, or ${GO_BY_PROFILE}`,
  ]);
}

/** A study trains seed by seed, all arms of a seed one after another, so that a drift of the machine meets all arms alike. */
function order(pairs: readonly TimedPair[], runs: readonly TimedRun[]): string | null {
  const starts = runs.map((run) => ({ seed: run.seed, start: spanOf(run)?.start ?? null }));
  const hit = pairs.filter(({ run, partner }) => {
    const [own, other] = [spanOf(run)?.start, spanOf(partner)?.start];
    if (own === undefined || other === undefined) return false;
    const [first, last] = [Math.min(own, other), Math.max(own, other)];
    return starts.some(({ seed, start }) => seed !== run.seed && start !== null && start > first && start < last);
  });
  return sentenceOfPairs(hit, runs, () => [
    'trained apart from the baseline, with runs of other seeds in between',
    `a drift of the machine is counted as an effect of the arm; ${GO_BY_PROFILE}, or train all arms in a new study`,
  ]);
}

function crowds(runs: readonly TimedRun[]): string | null {
  const load = ({ conditions }: TimedRun) => conditions.otherLoad ?? 0;
  const hit = runs.filter((run) => load(run) > (spareCores(run) ?? 0) + noticeableLoad(coresOf(run)));
  const most = decimal(Math.max(...hit.map(load)), 1);
  return sentenceOfRuns(hit, runs, [
    `trained while other programs kept up to ${most} cores busy that training could have used`,
    `the wall clock cannot be trusted; ${GO_BY_PROFILE}, or train again on a quiet machine`,
  ]);
}

function quotas(runs: readonly TimedRun[]): string | null {
  const held = ({ conditions }: TimedRun) => conditions.throttledSeconds ?? 0;
  const hit = runs.filter((run) => held(run) > THROTTLED_SHARE * run.seconds.training);
  return sentenceOfRuns(hit, runs, [
    `trained under a processor quota that held threads back, for up to ${decimal(Math.max(...hit.map(held)), 1)} s`,
    `raise the quota or use fewer threads and train again, or ${GO_BY_PROFILE}`,
  ]);
}

function heat(runs: readonly TimedRun[]): string | null {
  const hit = runs.filter(({ conditions }) => (conditions.thermalThrottles ?? 0) > 0);
  return sentenceOfRuns(hit, runs, [
    'trained on cores that were slowed down because they were too hot',
    `${GO_BY_PROFILE}, or train again with better cooling or fewer threads`,
  ]);
}

function pauses(runs: readonly TimedRun[]): string | null {
  const hit = runs.filter((run) => idleSeconds(run) > Math.max(LONG_PAUSE_SECONDS, IDLE_SHARE * activeSeconds(run)));
  const hours = decimal(Math.max(...hit.map(idleSeconds)) / 3600, 1);
  return sentenceOfRuns(hit, runs, [
    `paused half-way for up to ${hours} h, and the machine may have changed meanwhile`,
    `the pause itself is not counted; ${GO_BY_PROFILE}`,
  ]);
}

function overlaps(runs: readonly TimedRun[]): string | null {
  const hit = runs.filter((run) => runs.some((other) => other !== run && trainedTogether(run, other)));
  return sentenceOfRuns(hit, runs, [
    'trained at the same time as another run of the study on the same host',
    `they slowed each other down; ${GO_BY_PROFILE}, or train them one after another`,
  ]);
}

/** The span of a run that paused does not tell when it trained. */
function trainedTogether(one: TimedRun, other: TimedRun): boolean {
  const [first, second] = [spanOf(one), spanOf(other)];
  if (first === null || second === null || one.environment?.host !== other.environment?.host) return false;
  // Two cards of a node do not clash.
  if (hasAnotherCard({ run: one, partner: other })) return false;
  if ([one, other].some((run) => idleSeconds(run) > LONG_PAUSE_SECONDS)) return false;
  return Math.min(first.end, second.end) - Math.max(first.start, second.start) > OVERLAP_MS;
}

function difference(own: number | null, other: number | null): number | null {
  return own === null || other === null ? null : own - other;
}

type Words = readonly [happened: string, advice: string];

function sentenceOfPairs(
  hit: readonly TimedPair[],
  runs: readonly TimedRun[],
  words: (hit: readonly TimedPair[]) => Words,
): string | null {
  if (hit.length === 0) return null;
  return sentenceOfRuns(
    hit.map(({ run }) => run),
    runs,
    words(hit),
  );
}

function sentenceOfRuns(hit: readonly TimedRun[], runs: readonly TimedRun[], [happened, advice]: Words): string | null {
  return hit.length === 0 ? null : `${subjects(hit, runs)} ${happened}: ${advice}.`;
}
