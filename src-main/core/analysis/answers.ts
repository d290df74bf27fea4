import { presets } from '#core/presets/presets.ts';
import { acrossAnswer } from './across-answer.ts';
import { acrossStudies } from './across-studies.ts';
import type { Answer, AnsweredStudy, AnswerPart } from './answer.ts';
import { joined } from './answer.ts';
import { contrastAnswer, shownContrasts } from './contrast-answer.ts';
import { releaseTopic, variantTopic } from './contrast-topics.ts';
import { contrastsOf } from './contrasts.ts';
import { tradeOffAnswer } from './trade-off-answer.ts';

type Answering = (studies: readonly AnsweredStudy[]) => AnswerPart;

/** Study by study, each named where there are several. */
const inEach =
  (answer: (study: AnsweredStudy) => AnswerPart): Answering =>
  (studies) =>
    joined(studies.map((one) => (studies.length < 2 ? answer(one) : named(one.study.name, answer(one)))));

const tradeOff = inEach(tradeOffAnswer);
const variants = inEach((study) => contrastAnswer(study, variantTopic));
const differing = inEach(shownContrasts);
const releases = inEach((study) => contrastAnswer(study, releaseTopic));

/** What a preset asks first, before what every study says; by its name without `-mini`. */
const ANSWERS: Readonly<Record<string, Answering>> = {
  'which-variant': variants,
  'skip-connections': acrossAnswer,
  'authors-release': releases,
};

const OPEN_QUESTION = 'How much training time does each policy save, and what does it cost in accuracy?';

/** What studies say together, from the very numbers of their comparisons. Never more than the adjusted tests hold. */
export function answerOf(studies: readonly AnsweredStudy[]): Answer {
  const preset = commonPreset(studies);
  const own = ANSWERS[preset?.replace(/-mini$/, '') ?? ''] ?? null;
  const { findings, undecided } =
    own === null ? joined([tradeOff(studies), generalAnswer(studies)]) : joined([own(studies), tradeOff(studies)]);
  const comparisons = studies.map(({ comparison }) => comparison);
  return {
    preset,
    question: preset === null ? OPEN_QUESTION : presets[preset].question,
    studies: studies.map(({ study }) => ({ id: study.id, name: study.name })),
    findings: [...findings],
    undecided: [...undecided],
    contrasts: comparisons.map((comparison) => ({ studyId: comparison.studyId, contrasts: contrastsOf(comparison) })),
    acrossStudies: acrossStudies(comparisons),
  };
}

/** Of studies that ask nothing of their own: which policies are shown to differ, and how studies do. */
function generalAnswer(studies: readonly AnsweredStudy[]): AnswerPart {
  const across = studies.length < 2 ? [] : [acrossAnswer(studies)];
  return joined([differing(studies), ...across]);
}

function named(study: string, { findings, undecided }: AnswerPart): AnswerPart {
  const withName = <Item extends { readonly text: string }>(item: Item): Item => ({
    ...item,
    text: `${study}: ${item.text}`,
  });
  return { findings: findings.map(withName), undecided: undecided.map(withName) };
}

/** The preset whose studies these are, by their names; null where one is another's. */
function commonPreset(studies: readonly AnsweredStudy[]): string | null {
  const names = studies.map(({ study }) => study.name);
  const found = Object.entries(presets).find(([, preset]) =>
    names.every((name) => preset.studies.some((study) => study.name === name)),
  );
  return found?.[0] ?? null;
}
