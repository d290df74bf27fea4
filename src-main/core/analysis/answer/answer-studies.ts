import { howManyLayers } from '#core/presets/how-many-layers.ts';
import { presets } from '#core/presets/presets.ts';
import { acrossStudies } from '../across-studies.ts';
import { releaseTopic, variantTopic } from '../contrast-topics.ts';
import { contrastsOf } from '../contrasts.ts';
import { quotedName } from '../name-list.ts';
import { acrossPart, onSameInputs } from './across-part.ts';
import type { Answer, AnsweredStudy, AnswerPart } from './answer.ts';
import { joined } from './answer.ts';
import { contrastPart, shownContrastsPart } from './contrast-part.ts';
import { asksForDepth, depthPart } from './depth-part.ts';
import { tradeOffPart } from './trade-off-part.ts';

type Answering = (studies: readonly AnsweredStudy[]) => AnswerPart;

/** Answers study by study, and names each study where there are several. */
const inEach =
  (answer: (study: AnsweredStudy) => AnswerPart): Answering =>
  (studies) =>
    joined(studies.map((one) => (studies.length < 2 ? answer(one) : named(one.study.name, answer(one)))));

const tradeOff = inEach(tradeOffPart);
const depths = inEach(depthPart);
const variants = inEach((study) => contrastPart(study, variantTopic));
const differing = inEach(shownContrastsPart);
const releases = inEach((study) => contrastPart(study, releaseTopic));

/** The answer to a preset's own question, which comes before the general answer; by the preset's name without `-mini`. */
const ANSWERS: Readonly<Record<string, Answering>> = {
  'which-variant': variants,
  'skip-connections': acrossPart,
  'authors-release': releases,
  'how-many-layers': depths,
};

const OPEN_QUESTION = 'How much training time does each policy save, and what does it cost in accuracy?';

/** The answer of several studies, from the numbers of their comparisons. It never claims more than the adjusted tests support. */
export function answerStudies(studies: readonly AnsweredStudy[]): Answer {
  const preset = commonPreset(studies);
  const own = ANSWERS[preset?.replace(/-mini$/, '') ?? ''] ?? null;
  const { findings, undecided } =
    own === null
      ? joined([depths(studies), tradeOff(studies), generalPart(studies)])
      : joined([own(studies), tradeOff(studies)]);
  const comparisons = studies.map(({ comparison }) => comparison);
  return {
    preset,
    question: preset === null ? openQuestion(studies) : presets[preset].question,
    studies: studies.map(({ study }) => ({ id: study.id, name: study.name })),
    findings: [...findings],
    undecided: [...undecided],
    contrasts: comparisons.map((comparison) => ({ studyId: comparison.studyId, contrasts: contrastsOf(comparison) })),
    acrossStudies: acrossStudies(onSameInputs(studies).map(({ comparison }) => comparison)),
  };
}

/** Studies that compare depths ask for one, whatever their names are. */
function openQuestion(studies: readonly AnsweredStudy[]): string {
  return asksForDepths(studies) ? howManyLayers.question : OPEN_QUESTION;
}

function asksForDepths(studies: readonly AnsweredStudy[]): boolean {
  return studies.every((study) => asksForDepth(study));
}

/**
 * The answer of studies without a preset's question: which policies are shown to differ, and how the studies differ. Where the
 * depths are asked for, each of which is compared with the baseline, their pairs would only hide the recommendation.
 */
function generalPart(studies: readonly AnsweredStudy[]): AnswerPart {
  const pairs = asksForDepths(studies) ? [] : [differing(studies)];
  const across = studies.length < 2 ? [] : [acrossPart(studies)];
  return joined([...pairs, ...across]);
}

function named(study: string, { findings, undecided }: AnswerPart): AnswerPart {
  const withName = <Item extends { readonly text: string }>(item: Item): Item => ({
    ...item,
    text: `${quotedName(study)}: ${item.text}`,
  });
  return { findings: findings.map(withName), undecided: undecided.map(withName) };
}

/** The preset to which all these studies belong, by their names; null where there is none. */
function commonPreset(studies: readonly AnsweredStudy[]): string | null {
  const names = studies.map(({ study }) => study.name);
  const found = Object.entries(presets).find(([, preset]) =>
    names.every((name) => preset.studies.some((study) => study.name === name)),
  );
  return found?.[0] ?? null;
}
