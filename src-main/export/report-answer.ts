import type { Answer, Finding } from '#core/analysis/answer/answer.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';

/** The question, the findings, and what could not be decided. */
export function answerSection({ question, findings, undecided }: Answer): Html {
  const topics = [...new Set(findings.map(({ topic }) => topic))];
  return html`<p class="question">${question}</p>
${topics.map((topic) =>
  topicSection(
    topic,
    findings.filter((finding) => finding.topic === topic),
  ),
)}
<h3>What could not be decided</h3>
${
  undecided.length === 0
    ? html`<p>Nothing that was tested was left open.</p>`
    : html`<ul>
${undecided.map(({ text }) => html`<li>${text}</li>\n`)}</ul>`
}`;
}

function topicSection(topic: string, findings: readonly Finding[]): Html {
  return html`<h3>${topic}</h3>
<ul>
${findings.map(({ status, text }) => html`<li>${MARKS[status]} ${text}</li>\n`)}</ul>
`;
}

const MARKS: Readonly<Record<Finding['status'], Html>> = {
  shown: html`<span class="mark shown">shown</span>`,
  'not-shown': html`<span class="mark">not shown</span>`,
  measured: html`<span class="mark">measured</span>`,
};
