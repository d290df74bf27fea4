/**
 * How a part of the check ended. `rehearsed`: it ran to a good end on the processor, which says nothing of a card; `not-run` is never a success.
 */
export type CheckState = 'passed' | 'failed' | 'rehearsed' | 'not-run';

export type CheckCell = string | number | null;

export interface CheckTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CheckCell[])[];
}

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly state: CheckState;
  /** What was found, one sentence each; first why it failed or was not run. */
  readonly says: readonly string[];
  readonly table: CheckTable | null;
  readonly seconds: number;
}

/** What `lab check-gpu` has found, without names of people, machines or files. */
export interface GpuReport {
  readonly form: 1;
  /** The version of the program. */
  readonly program: string;
  /** When it began, in ISO 8601. */
  readonly began: string;
  readonly isQuick: boolean;
  /** Whether all parts ran on the processor, to try the check itself. */
  readonly isRehearsal: boolean;
  /** How many parts the check has. */
  readonly parts: number;
  /** Parts that were not begun yet are missing. */
  readonly checks: readonly CheckResult[];
}

export const STATE_WORDS: Readonly<Record<CheckState, string>> = {
  passed: 'passed',
  failed: 'FAILED',
  rehearsed: 'rehearsed on the processor: says nothing of a card',
  'not-run': 'not run',
};

/** One sentence: what is shown of this machine's GPU. */
export function gpuVerdict({
  parts,
  checks,
  isRehearsal,
}: Pick<GpuReport, 'parts' | 'checks' | 'isRehearsal'>): string {
  const count = (state: CheckState) => checks.filter((check) => check.state === state).length;
  const [passed, failed, left] = [count('passed'), count('failed'), count('not-run')];
  const toCome = parts - checks.length;
  const others = `${failed} failed, ${left} not run${toCome === 0 ? '' : `, ${toCome} not begun`}`;
  if (isRehearsal) {
    const good = `${count('rehearsed')} of ${parts} parts ran to a good end`;
    return `A rehearsal on the processor: ${good}, ${others}. It says nothing of a GPU.`;
  }
  return passed === parts
    ? `All parts (${parts}) passed on the GPU.`
    : `${passed} of ${parts} parts passed, ${others}.`;
}

/** The report as Markdown, for people; all of it once more as JSON at its end, for programs. */
export function gpuReportText(report: GpuReport): string {
  const { program, began, isQuick, checks } = report;
  const head = [
    '# GPU check of FreezeOut Lab',
    '',
    gpuVerdict(report),
    '',
    `Version ${program}, begun ${began}${isQuick ? ', with `--quick`' : ''}.`,
    '',
    ...tableLines({
      columns: ['part', 'result', 'took'],
      rows: checks.map(({ title, state, seconds }) => [title, STATE_WORDS[state], `${Math.round(seconds)} s`]),
    }),
  ];
  const parts = checks.flatMap(({ title, state, says, table }) => [
    '',
    `## ${title}: ${STATE_WORDS[state]}`,
    ...says.flatMap((sentence) => ['', sentence]),
    ...(table === null || table.rows.length === 0 ? [] : ['', ...tableLines(table)]),
  ]);
  const json = [
    '',
    '<details><summary>The same for programs</summary>',
    '',
    '```json',
    JSON.stringify(report),
    '```',
    '',
    '</details>',
  ];
  return `${[...head, ...parts, ...json].join('\n')}\n`;
}

function tableLines({ columns, rows }: CheckTable): readonly string[] {
  const line = (cells: readonly CheckCell[]) => `| ${cells.map(cellText).join(' | ')} |`;
  return [line(columns), `| ${columns.map(() => '---').join(' | ')} |`, ...rows.map(line)];
}

/** What is not known is left empty. */
function cellText(cell: CheckCell): string {
  return String(cell ?? '').replaceAll('|', '\\|');
}
