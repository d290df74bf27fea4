import type { MethodsParagraph } from '#core/report/methods-facts.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';

export interface StudyMethods {
  readonly name: string;
  readonly paragraphs: readonly MethodsParagraph[];
}

/** The methods that all studies share, once, then those of each study. */
export function methodsSection(studies: readonly StudyMethods[]): Html {
  if (studies.length === 1) return html`${studies[0].paragraphs.map(paragraphOf)}`;
  const isShared = ({ title, text }: MethodsParagraph) =>
    studies.every(({ paragraphs }) => paragraphs.some((one) => one.title === title && one.text === text));
  const shared = studies[0].paragraphs.filter(isShared);
  return html`${shared.map(paragraphOf)}
${studies.map(({ name, paragraphs }) => html`<h3>${name}</h3>\n${paragraphs.filter((one) => !isShared(one)).map(paragraphOf)}`)}`;
}

function paragraphOf({ title, text }: MethodsParagraph): Html {
  return html`<p><b>${title}.</b> ${text}</p>\n`;
}
