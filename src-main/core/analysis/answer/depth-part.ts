import { freezesThroughout } from '#core/policy/policy.ts';
import type { StudyRecord } from '#core/records.ts';
import { isRefuted, shownWithin, TRADE_OFF } from '../answering-arm.ts';
import type { ComparedArm } from '../compared-arm.ts';
import { quotedName } from '../name-list.ts';
import { settlingSeeds } from '../outcome-words.ts';
import type { Outcome, OutcomeQuestion } from '../outcomes.ts';
import { outcomeTo } from '../outcomes.ts';
import { countedNoun, marginPoints, signedPoints } from '../quantity.ts';
import { tooFewSeeds } from '../too-few-seeds.ts';
import type { AnsweredStudy, AnswerPart, Finding } from './answer.ts';
import { marginBounds, savingWithInterval } from './saving-text.ts';

/** A policy that freezes the same layers from the first to the last step. */
export interface Depth {
  readonly arm: ComparedArm;
  readonly frozenLayers: number;
}

/** The depths of a study, and the number of layers that can freeze. */
export interface StudyDepths {
  /** The fewest frozen layers first. */
  readonly depths: readonly Depth[];
  /** Layers before the head. */
  readonly freezable: number;
}

/** The topic of the recommendation. */
export const DEPTH_TOPIC = 'How many layers to freeze';

/** Whether the study compares several depths. */
export function asksForDepth({ comparison }: Pick<AnsweredStudy, 'comparison'>): boolean {
  return comparison.arms.filter(({ policy }) => freezesThroughout(policy)).length > 1;
}

/** Null where the study has no such policy with a pair of runs. */
export function depthsOf({ study, comparison }: AnsweredStudy): StudyDepths | null {
  const depths = comparison.arms.flatMap((arm) => {
    const frozenLayers = arm.points.length === 0 ? null : frozenThroughout(arm, study);
    return frozenLayers === null ? [] : [{ arm, frozenLayers }];
  });
  const [run] = study.runs;
  if (depths.length === 0 || run === undefined) return null;
  return {
    depths: depths.toSorted((one, other) => one.frozenLayers - other.frozenLayers),
    freezable: run.layerCount - 1,
  };
}

/** What its finished runs had frozen at their end, under a policy that never changes that. */
function frozenThroughout({ name, policy }: ComparedArm, { runs }: Pick<StudyRecord, 'runs'>): number | null {
  if (!freezesThroughout(policy)) return null;
  return runs.find((run) => run.arm === name && run.status === 'finished')?.frozenLayers ?? null;
}

/**
 * The depth that is shown to take less time and to cost less than the margin, and of several such depths the one that saves most.
 * Null where none is shown, or where training less is shown better than each of them. The claims are adjusted over the policies
 * of the study, so that choosing among them costs nothing: a depth that costs the margin or more is recommended in at most 5 % of
 * studies (docs/statistics.md).
 */
export function recommendedDepth(found: Pick<StudyDepths, 'depths'>): Depth | null {
  return shownDepths(found).find((depth) => stateOf(depth, 'less-training') !== 'shown-not-better') ?? null;
}

/** The depths that are shown to take less time and to cost less than the margin, most time saved first. */
function shownDepths({ depths }: Pick<StudyDepths, 'depths'>): Depth[] {
  return shownWithin(depths.map(({ arm }) => arm)).flatMap((arm) => depths.filter((depth) => depth.arm === arm));
}

/** A recommendation with its evidence, then what each depth is shown to do. */
export function depthPart(answered: AnsweredStudy): AnswerPart {
  const found = depthsOf(answered);
  if (found === null) return { findings: [], undecided: [] };
  const { margin } = answered.comparison;
  const context = { ...found, margin, studies: [answered.study.id] };
  return {
    findings: [recommendation(context), ...found.depths.map((depth) => depthFinding(depth, context))],
    undecided: [],
  };
}

interface DepthContext extends StudyDepths {
  readonly margin: number;
  readonly studies: string[];
}

function recommendation(context: DepthContext): Finding {
  const { studies, margin, depths, freezable } = context;
  const best = recommendedDepth(context);
  if (best !== null) {
    const beyond = depths.filter((depth) => depth.frozenLayers > best.frozenLayers);
    const lead = `Freeze ${placeText(best, freezable)}.`;
    const text = `Freeze ${layersText(best, freezable)} (${quotedName(best.arm.name)}): it saves ${savingWithInterval(best.arm)} and costs less than ${marginPoints(margin)} (${errorText(best)}). ${lessTrainingText(best)}${beyondText(beyond, margin)}`;
    return { topic: DEPTH_TOPIC, studies, status: 'shown', lead, text };
  }
  const [beaten] = shownDepths(context);
  if (beaten !== undefined) {
    const text = `Train all layers for less time: freezing ${layersText(beaten, freezable)} saves ${savingWithInterval(beaten.arm)} and costs less than ${marginPoints(margin)} (${errorText(beaten)}), but ${lessTrainingText(beaten)}`;
    return { topic: DEPTH_TOPIC, studies, status: 'shown', lead: 'Freeze nothing; train for less time.', text };
  }
  if (depths.every(({ arm }) => isRefuted(arm))) {
    const text = `Freeze no layers from the start: every depth that was tried is shown to cost more than ${marginPoints(margin)} or to take more time.`;
    return { topic: DEPTH_TOPIC, studies, status: 'shown', lead: 'Freeze nothing from the start.', text };
  }
  return { topic: DEPTH_TOPIC, studies, status: 'not-shown', ...undecided(context) };
}

/** "the first 6 of 10 layers": in words for somebody who has not heard of a head. */
function placeText({ frozenLayers }: Depth, freezable: number): string {
  const all = frozenLayers === freezable ? ', all but the last' : '';
  return `the first ${frozenLayers} of ${countedNoun(freezable + 1, 'layer')}${all}`;
}

/** "6 of 9 layers" */
function layersText({ frozenLayers }: Depth, freezable: number): string {
  const all = frozenLayers === freezable ? ', all but the head,' : '';
  return `${frozenLayers} of ${countedNoun(freezable, 'layer')} before the head${all}`;
}

/** "error +0.10 points, 95 % interval −0.20 to +0.40; one-sided upper bound +0.31, Holm p 0.012; n = 3" */
function errorText({ arm }: Depth): string {
  const { errorDelta, ci, points } = arm;
  const interval = ci.errorDelta === null ? '' : `, 95 % interval ${ci.errorDelta.map(signedPoints).join(' to ')}`;
  return [`error ${signedPoints(errorDelta)} points${interval}`, ...marginBounds(arm), `n = ${points.length}`].join(
    '; ',
  );
}

/** What the same time without freezing would have given. */
function lessTrainingText({ arm }: Depth): string {
  const { againstEqualTime } = arm;
  if (againstEqualTime === null) return 'Whether it is better than training less was not asked.';
  const { errorDelta, ci, pairs } = againstEqualTime;
  const interval = ci === null ? '' : `, 95 % interval ${ci.map(signedPoints).join(' to ')}`;
  const numbers = `${signedPoints(errorDelta)} points against full training for as long (n = ${pairs}${interval})`;
  const outcome = outcomeTo(arm, 'less-training');
  switch (outcome?.state) {
    case 'shown-better':
      return `It is shown better than training less: ${numbers}.`;
    case 'shown-not-better':
      return `training less is shown better than it: ${numbers}.`;
    default:
      return `Whether it is better than training less is not shown: ${numbers}${neededText(outcome)}.`;
  }
}

/** What is known of the depths that would save more than the recommended one. */
function beyondText(beyond: readonly Depth[], margin: number): string {
  if (beyond.length === 0) return '';
  const worse = beyond.filter((depth) => stateOf(depth, 'margin') === 'shown-not-better');
  const open = beyond.filter((depth) => !worse.includes(depth) && stateOf(depth, 'margin') === 'not-shown');
  const counts = (depths: readonly Depth[]) => depths.map(({ frozenLayers }) => frozenLayers).join(', ');
  const parts = [
    ...(worse.length === 0 ? [] : [`freezing ${counts(worse)} is shown to cost more than ${marginPoints(margin)}`]),
    ...(open.length === 0
      ? []
      : [`whether freezing ${counts(open)} costs less than ${marginPoints(margin)} is not shown`]),
  ];
  return parts.length === 0 ? '' : ` Of more layers, ${parts.join('; ')}.`;
}

/** Nothing is recommended: the depth that does it by the means is named, and what would settle it. */
function undecided({ depths, freezable, margin }: DepthContext): Pick<Finding, 'lead' | 'text'> {
  const within = depths.filter(
    ({ arm: { saved, errorDelta } }) => Number(saved.wall) > 0 && errorDelta !== null && errorDelta < margin,
  );
  const [closest] = within.toSorted((one, other) => Number(other.arm.saved.wall) - Number(one.arm.saved.wall));
  const none = `No number of layers is shown to save time at a cost of less than ${marginPoints(margin)}.`;
  if (closest === undefined) return { lead: 'Not decided yet.', text: `${none} None does so by the means either.` };
  const open = TRADE_OFF.flatMap((question) => {
    const outcome = outcomeTo(closest.arm, question);
    return outcome?.state === 'not-shown' ? [outcome] : [];
  });
  const needed = open.map(({ seedsNeeded }) => seedsNeeded);
  const most = needed.includes(null) ? null : Math.max(...needed.map(Number));
  const more = tooFewSeeds(closest.arm.points.length) ?? 'more seeds are needed';
  const settling = most === null || open.length === 0 ? more : settlingSeeds(most);
  const lead = `Not decided yet: so far it looks like ${placeText(closest, freezable)}, but that may be chance. More seeds can decide it.`;
  const text = `${none} By the means ${layersText(closest, freezable)} (${quotedName(closest.arm.name)}) would do: ${savingWithInterval(closest.arm)}, ${errorText(closest)}; ${settling}.`;
  return { lead, text };
}

function depthFinding(depth: Depth, { studies, margin, freezable }: DepthContext): Finding {
  const state = stateOf(depth, 'margin');
  const isHeadAlone = depth.frozenLayers === freezable;
  const words = {
    'shown-better': `costs less than ${marginPoints(margin)}: shown`,
    'shown-not-better': `costs more than ${marginPoints(margin)}: shown${isHeadAlone ? ', so training the head alone is not enough' : ''}`,
    'not-shown': `not shown whether it costs less than ${marginPoints(margin)}${neededText(outcomeTo(depth.arm, 'margin'))}`,
  };
  const text = `Freezing ${layersText(depth, freezable)} saves ${savingWithInterval(depth.arm)}; ${words[state]} (${errorText(depth)}). ${capital(lessTrainingText(depth))}`;
  return { topic: 'Each depth', studies, status: state === 'not-shown' ? 'not-shown' : 'shown', text };
}

function stateOf({ arm }: Depth, question: OutcomeQuestion): Outcome['state'] {
  return outcomeTo(arm, question)?.state ?? 'not-shown';
}

function neededText(outcome: Outcome | undefined): string {
  const few = tooFewSeeds(outcome?.pairs ?? 0);
  if (few !== null) return `; ${few}`;
  return outcome === undefined || outcome.seedsNeeded === null ? '' : `; ${settlingSeeds(outcome.seedsNeeded)}`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
