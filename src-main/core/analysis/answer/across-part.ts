import { networkName } from '#core/figure/labels.ts';
import { weightsWords } from '#core/weights/weights-spec.ts';
import type { AcrossStudies } from '../across-studies.ts';
import { acrossStudies } from '../across-studies.ts';
import { isShown } from '../difference.ts';
import { quotedName } from '../name-list.ts';
import { signedPoints } from '../quantity.ts';
import type { AnsweredStudy, AnswerPart, Finding, Undecided } from './answer.ts';
import { openQuestion, percentText, pointsText, signOf } from './difference-text.ts';

/** Whether a policy costs more in one study than in another. */
export function acrossPart(all: readonly AnsweredStudy[]): AnswerPart {
  const { findings, undecided } = comparedPart(onSameInputs(all));
  const others = [...otherInputs(all)].map(([one, other]) => notCompared(one, other));
  return { findings: [...findings, ...others], undecided };
}

/** Without the studies that name the data set, or the weights, of an earlier one, but had other images, or began with others. */
export function onSameInputs(answered: readonly AnsweredStudy[]): readonly AnsweredStudy[] {
  const others = otherInputs(answered);
  return answered.filter((one) => !others.has(one));
}

/** Such studies, with what they had another of than an earlier one. */
function otherInputs(answered: readonly AnsweredStudy[]): ReadonlyMap<AnsweredStudy, 'data' | 'weights'> {
  const known = new Map<string, string>();
  const isOther = (name: string, sha256: string | null) => {
    if (sha256 === null) return false;
    known.set(name, known.get(name) ?? sha256);
    return known.get(name) !== sha256;
  };
  const others = new Map<AnsweredStudy, 'data' | 'weights'>();
  for (const one of answered) {
    const { base } = one.study;
    if (isOther(JSON.stringify(base.dataset), one.comparison.data.sha256)) others.set(one, 'data');
    else if (base.weights !== undefined && isOther(weightsWords(base.weights), one.comparison.weights.sha256))
      others.set(one, 'weights');
  }
  return others;
}

const OTHERS_WORDS = {
  data: 'it trained on other images of the data set that they name too',
  weights: 'it began with other weights than those that they have under the same name',
} as const;

function notCompared({ study: { id, name } }: AnsweredStudy, other: 'data' | 'weights'): Finding {
  return {
    topic: 'The cost of freezing, across studies',
    studies: [id],
    status: 'measured',
    text: `${quotedName(name)} is not compared with the other studies: ${OTHERS_WORDS[other]}.`,
  };
}

function comparedPart(answered: readonly AnsweredStudy[]): AnswerPart {
  const names = shortNames(answered);
  const all = acrossStudies(answered.map(({ comparison }) => comparison));
  return {
    findings: all.map((across) => findingOf(across, answered, names)),
    undecided: all.flatMap((across) => undecidedOf(across, names)),
  };
}

type Names = ReadonlyMap<string, string>;

/** The names of the studies' networks, if no two are the same; else the studies' own names. */
function shortNames(answered: readonly AnsweredStudy[]): Names {
  const networks = answered.map(({ study }) => networkName(study.base.model));
  const differ = new Set(networks).size === networks.length;
  return new Map(answered.map(({ study }, index) => [study.id, quotedName(differ ? networks[index] : study.name)]));
}

function findingOf(across: AcrossStudies, answered: readonly AnsweredStudy[], names: Names): Finding {
  const { studies, arm, errorDelta, relativeErrorIncrease } = across;
  const [first, second] = studies.map((id) => names.get(id) ?? id);
  const costs = studies.map((id) => signedPoints(costOf(answered, id, arm)));
  const differences = [
    ...(errorDelta === null ? [] : [`difference ${pointsText(errorDelta)}`]),
    ...(relativeErrorIncrease === null ? [] : [`of the relative increases ${percentText(relativeErrorIncrease)}`]),
  ];
  return {
    topic: 'The cost of freezing, across studies',
    studies: [...studies],
    status: isShown(errorDelta) || isShown(relativeErrorIncrease) ? 'shown' : 'not-shown',
    text: `${quotedName(arm)}: error ${costs[0]} points in ${first}, ${costs[1]} in ${second}; ${differences.join('; ') || 'no seed has finished in both'}. ${conclusion(across, first, second)}`,
  };
}

function costOf(answered: readonly AnsweredStudy[], studyId: string, arm: string): number | null {
  const found = answered.find(({ study }) => study.id === studyId);
  return found?.comparison.arms.find(({ name }) => name === arm)?.errorDelta ?? null;
}

const WORDS = { above: 'more', below: 'less' } as const;

function conclusion({ errorDelta, relativeErrorIncrease }: AcrossStudies, first: string, second: string): string {
  const [points, relative] = [signOf(errorDelta), signOf(relativeErrorIncrease)];
  const claims = [
    ...(points === 'not-shown' ? [] : [`${WORDS[points]} in points`]),
    ...(relative === 'not-shown' ? [] : [`${WORDS[relative]} relative to the baseline's error`]),
  ];
  if (claims.length === 0) return 'The costs are not shown to differ.';
  return `Freezing costs ${claims.join(' and ')} in ${first} than in ${second}.`;
}

function undecidedOf({ studies, arm, errorDelta }: AcrossStudies, names: Names): Undecided[] {
  if (isShown(errorDelta)) return [];
  const [first, second] = studies.map((id) => names.get(id) ?? id);
  return [
    openQuestion(`whether ${quotedName(arm)} costs more points in ${first} than in ${second}, or less`, errorDelta),
  ];
}
