import { html, styleSheet } from './html.ts';
import { reportFigures } from './report-figures.ts';
import { armsTable, configurationTable, environmentTable, runsTable } from './report-tables.ts';
import type { StudyData } from './study-data.ts';
import type { StudySource } from './study-source.ts';

const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --text: #1a1a1c; --muted: #5c5c66; --line: #d9d9de; }
@media (prefers-color-scheme: dark) { :root { --ground: #151517; --text: #ececee; --muted: #a3a3ad; --line: #3a3a40; } }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--ground); color: var(--text);
  font: 14px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 13px; overflow-wrap: normal; }
caption { text-align: left; color: var(--muted); padding-bottom: 0.4rem; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.6rem 0.25rem 0; vertical-align: top; }
.text { text-align: left; } .number { text-align: right; white-space: nowrap; }
figure { margin: 1.5rem 0; } figure svg { display: block; width: 100%; height: auto; background: #fff; border-radius: 4px; }
figcaption { color: var(--muted); font-size: 13px; margin-top: 0.4rem; }
@media print { :root { --ground: #fff; --text: #000; --muted: #404040; --line: #bbb; } body { margin: 0; max-width: none; }
  figure, tr { break-inside: avoid; } .wide { overflow: visible; } .number { white-space: normal; } }
`;

/** No script may run and nothing is fetched, whatever a name says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** One HTML file with everything in it: verdicts, figures, arms, runs, configuration, machines. */
export async function studyReport(data: StudyData, source: StudySource): Promise<string> {
  const { study, comparison } = data;
  const verdicts = comparison.verdicts.map(({ arm, text }) => html`<li><b>${arm}</b>: ${text}</li>\n`);
  const figures = await reportFigures(data, source);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<title>${study.name} – FreezeOut Lab</title>
${styleSheet(STYLE)}
</head>
<body>
<h1>${study.name}</h1>
<p>Study ${study.id}, created ${new Date(study.createdAt).toISOString().slice(0, 10)}.</p>
<h2>What it says</h2>
<ul>
${verdicts}</ul>
<h2>Arms</h2>
${armsTable(data)}
<h2>Figures</h2>
${figures}
<h2>Runs</h2>
${runsTable(data)}
<h2>Configuration</h2>
${configurationTable(data)}
<h2>Environment</h2>
${environmentTable(data)}
</body>
</html>
`;
  return page.text;
}
