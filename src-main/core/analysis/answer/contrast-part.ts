import type { Policy } from '#core/policy/policy.ts';
import { BASELINE } from '#core/policy/policy.ts';
import type { Contrast } from '../contrasts.ts';
import { contrastsOf } from '../contrasts.ts';
import type { Difference } from '../difference.ts';
import { isShown, reversed } from '../difference.ts';
import { quotedName } from '../name-list.ts';
import type { AnsweredStudy, AnswerPart, Finding, Undecided } from './answer.ts';
import { openQuestion, percentText, pointsText, signOf } from './difference-text.ts';

/** The topic of a pair of policies, the first compared with the second; null where the question is not about this pair. */
export type ContrastTopic = (first: Policy, second: Policy) => string | null;

/** The contrasts of those pairs of a study's policies that the question is about, in either order. */
export function contrastPart(answered: AnsweredStudy, topicOf: ContrastTopic): AnswerPart {
  const chosen = contrastsOf(answered.comparison).flatMap((contrast) => {
    const [first, second] = contrast.arms.map((name) => policyOf(answered, name));
    const topic = topicOf(first, second);
    if (topic !== null) return [{ topic, contrast }];
    const turned = topicOf(second, first);
    return turned === null ? [] : [{ topic: turned, contrast: turnedRound(contrast) }];
  });
  return {
    findings: chosen.map(({ topic, contrast }) => findingOf(answered, topic, contrast)),
    undecided: chosen.flatMap(({ contrast }) => undecidedOf(contrast)),
  };
}

/** The contrasts of all pairs for which a difference is shown. */
export function shownContrastsPart(answered: AnsweredStudy): AnswerPart {
  const shown = contrastsOf(answered.comparison).filter(({ error, time }) => isShown(error) || isShown(time));
  return {
    findings: shown.map((contrast) => findingOf(answered, 'Policies against each other', contrast)),
    undecided: [],
  };
}

function policyOf({ comparison }: AnsweredStudy, name: string): Policy {
  return comparison.arms.find((arm) => arm.name === name)?.policy ?? BASELINE;
}

function turnedRound({ arms: [first, second], error, time }: Contrast): Contrast {
  return { arms: [second, first], error: reversed(error), time: reversed(time) };
}

function findingOf({ study }: AnsweredStudy, topic: string, contrast: Contrast): Finding {
  const { arms, error, time } = contrast;
  const [first, second] = arms.map(quotedName);
  const numbers =
    error === null && time === null
      ? 'no seed has finished in both'
      : [
          ...numberText('error', error, pointsText),
          ...numberText("time saved, as a share of the baseline's,", time, percentText),
        ].join('; ');
  return {
    topic,
    studies: [study.id],
    status: isShown(error) || isShown(time) ? 'shown' : 'not-shown',
    text: `${first} against ${second}: ${numbers}. ${conclusion(contrast)}`,
  };
}

function numberText(name: string, difference: Difference | null, write: (it: Difference) => string): string[] {
  return difference === null ? [] : [`${name} ${write(difference)}`];
}

const ERROR_WORDS = { above: 'the higher error', below: 'the lower error', 'not-shown': null } as const;
const TIME_WORDS = { above: 'saves more time', below: 'saves less time', 'not-shown': null } as const;

function conclusion({ arms, error, time }: Contrast): string {
  const first = quotedName(arms[0]);
  const [inError, inTime] = [ERROR_WORDS[signOf(error)], TIME_WORDS[signOf(time)]];
  if (inError === null && inTime === null) return 'Neither error nor time is shown to differ.';
  if (inError === null) return `${first} ${inTime}; their errors are not shown to differ.`;
  if (inTime === null) return `${first} has ${inError}; their times are not shown to differ.`;
  return `${first} has ${inError} and ${inTime}.`;
}

function undecidedOf({ arms, error, time }: Contrast): Undecided[] {
  const [first, second] = arms.map(quotedName);
  const what = [
    { noun: 'error', difference: error },
    { noun: 'training time', difference: time },
  ];
  return what
    .filter(({ difference }) => !isShown(difference))
    .map(({ noun, difference }) => openQuestion(`whether ${first} and ${second} differ in ${noun}`, difference));
}
