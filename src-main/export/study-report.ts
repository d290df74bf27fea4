import type { Answer } from '#core/analysis/answer/answer.ts';
import { answerStudies } from '#core/analysis/answer/answer-studies.ts';
import { isMoment, noDateText } from '#core/ranges.ts';
import { methodsOf } from '#core/report/methods.ts';
import { repeatSpec } from '#core/report/repeat.ts';
import type { Html } from './html.ts';
import { html, styleSheet } from './html.ts';
import { answerSection } from './report-answer.ts';
import { classesSection } from './report-classes.ts';
import { acrossTable, contrastsTable } from './report-contrasts.ts';
import type { ReportData } from './report-data.ts';
import { acrossFigure, reportFigures } from './report-figures.ts';
import { layersTables } from './report-layers.ts';
import { methodsSection } from './report-methods.ts';
import { citationSection, repeatSection } from './report-repeat.ts';
import { REPORT_STYLE } from './report-style.ts';
import { armsTable, environmentTable, runsTable } from './report-tables.ts';
import { testsTables } from './report-tests.ts';
import type { StudySource } from './study-source.ts';

/** No script may run and nothing may be fetched, whatever text a name contains. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** One self-contained HTML file: the answer, each study, the studies together, the methods, and how to repeat it. */
export async function studyReport(studies: readonly ReportData[], source: StudySource): Promise<string> {
  const answer = answerStudies(studies);
  const title = titleOf(studies, answer);
  const bodies: Html[] = [];
  for (const data of studies) bodies.push(await studySection(data, answer, source));
  const together = studies.length < 2 ? html`` : await togetherSection(studies, answer, source);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<title>${title} – FreezeOut Lab</title>
${styleSheet(REPORT_STYLE)}
</head>
<body>
<h1>${title}</h1>
${studies.map(originLine)}<h2>Answer</h2>
${answerSection(answer)}
${bodies}${together}${endSections(studies, answer)}
</body>
</html>
`;
  return page.text;
}

function titleOf(studies: readonly ReportData[], { preset }: Answer): string {
  if (studies.length === 1) return studies[0].study.name;
  return preset ?? studies.map(({ study }) => study.name).join('; ');
}

function originLine({ study }: ReportData): Html {
  const { name, id, createdAt } = study;
  return html`<p class="muted">Study ${name} (${id}), created ${isMoment(createdAt) ? new Date(createdAt).toISOString().slice(0, 10) : noDateText(createdAt)}.</p>\n`;
}

async function studySection(data: ReportData, answer: Answer, source: StudySource): Promise<Html> {
  const { study, comparison } = data;
  const verdicts = comparison.verdicts.map(({ arm, text }) => html`<li><b>${arm}</b>: ${text}</li>\n`);
  const contrasts = answer.contrasts.find(({ studyId }) => studyId === study.id)?.contrasts ?? [];
  return html`<h2>${answer.studies.length === 1 ? 'Results' : study.name}</h2>
<h3>Arms</h3>
<ul>
${verdicts}</ul>
${warningsOf(comparison.warnings)}${armsTable(data)}
${testsTables(data)}
${await reportFigures(data, source)}
${await classesSection(data, source)}
${contrastsTable(contrasts)}
`;
}

function warningsOf(warnings: readonly string[]): Html {
  return html`${warnings.map((warning) => html`<p class="warning">${warning}</p>\n`)}`;
}

async function togetherSection(studies: readonly ReportData[], answer: Answer, source: StudySource): Promise<Html> {
  const names = new Map(studies.map(({ study }) => [study.id, study.name]));
  return html`<h2>Across studies</h2>
${await acrossFigure(studies, source)}
${acrossTable({ across: answer.acrossStudies, names })}
`;
}

function endSections(studies: readonly ReportData[], { preset }: Answer): Html {
  const methods = studies.map((data) => ({ name: data.study.name, paragraphs: methodsOf(data) }));
  const versions = [
    ...new Set(studies.flatMap(({ runs }) => runs.flatMap((run) => run.environment?.appVersion ?? []))),
  ];
  const spec = repeatSpec(studies.map(({ study }) => study));
  return html`<h2>Methods</h2>
${methodsSection(methods)}
${perStudy(studies, 'Freeze steps', layersTables)}
${perStudy(studies, 'Runs', runsTable)}
${perStudy(studies, 'Environment', environmentTable)}
<h2>Repeat it</h2>
${repeatSection({ spec, preset, versions })}
<h2>Cite</h2>
${citationSection()}`;
}

function perStudy(studies: readonly ReportData[], title: string, write: (data: ReportData) => Html): Html {
  return html`<h2>${title}</h2>
${studies.map((data) => html`${studies.length === 1 ? '' : html`<h3>${data.study.name}</h3>\n`}${write(data)}\n`)}`;
}
