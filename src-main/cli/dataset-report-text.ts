import type { DataFinding, DatasetReport } from '#core/data/report/dataset-report.ts';
import { reportWords } from '#core/data/report/report-words.ts';
import { printableLine } from '#core/printable.ts';
import { countText } from './quantity-text.ts';
import { textFacts, textTable } from './text-table.ts';
import { wrapped } from './wrapped-text.ts';

/** How many items of a finding, and how many classes, are shown where not all are asked for. */
const SHOWN_ITEMS = 5;
const SHOWN_CLASSES = 12;
const MOST_NAME_LETTERS = 40;

export interface ReportTextOptions {
  /** Whether lists are shown in full. */
  readonly all: boolean;
}

/** The report for a terminal of 80 columns: what to look at first, then sizes, then the classes. */
export function datasetReportText(report: DatasetReport, { all }: ReportTextOptions): string {
  const findings = report.findings.map((finding) => findingText(finding, all ? Infinity : SHOWN_ITEMS));
  const notes = report.notes.map((note) => `  ${wrapped(printableLine(note), { start: 2, indent: 2 })}`);
  const nothing = findings.length === 0 ? ['Nothing remarkable was found.'] : [];
  return [...findings, ...notes, ...nothing, '', textFacts(reportWords(report)), '', classesText(report, all)].join(
    '\n',
  );
}

function findingText({ sentence, items, total }: DataFinding, most: number): string {
  const shown = items.slice(0, most).map(({ what, detail }) => {
    const line = printableLine(detail === null ? what : `${what} ${detail}`);
    return `    ${wrapped(line, { start: 4, indent: 6 })}`;
  });
  return [
    `! ${wrapped(printableLine(sentence), { start: 2, indent: 2 })}`,
    ...shown,
    ...moreLine({ shown: shown.length, named: items.length, total }, '    '),
  ].join('\n');
}

interface ListLengths {
  readonly shown: number;
  /** Of very many, a report names only the first. */
  readonly named: number;
  readonly total: number;
}

function moreLine({ shown, named, total }: ListLengths, margin: string): readonly string[] {
  if (shown === total) return [];
  const listed = named === total ? 'them' : `the first ${countText(named)}`;
  const advice = shown < named ? `: --all lists ${listed}` : '';
  return [`${margin}and ${countText(total - shown)} more${advice}`];
}

function classesText({ classes, parts }: DatasetReport, all: boolean): string {
  const shown = all ? classes : classes.slice(0, SHOWN_CLASSES);
  const counts = parts.map(({ part }, place) => ({
    title: part,
    align: 'right' as const,
    cell: ({ images }: DatasetReport['classes'][number]) => countText(images[place]),
  }));
  const table = textTable([{ title: 'class', cell: ({ name }) => (all ? name : shortened(name)) }, ...counts], shown);
  return [table, ...moreLine({ shown: shown.length, named: classes.length, total: classes.length }, '')].join('\n');
}

/** Long names would push the numbers out of the lines. */
function shortened(name: string): string {
  const letters = [...name];
  return letters.length > MOST_NAME_LETTERS ? `${letters.slice(0, MOST_NAME_LETTERS - 1).join('')}…` : name;
}
