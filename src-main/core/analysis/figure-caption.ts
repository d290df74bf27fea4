import type { Comparison } from './comparison.ts';
import { percent } from './quantity.ts';

const LINE_LENGTH = 112;
const LONGEST_NAME = 40;
const RUN_ID_LENGTH = 8;
/** Two lines of them; the table names all. */
const MOST_RUN_IDS = 20;

/** Study, number of seeds, level of the intervals and the runs: what a reader needs to find the numbers again. */
export function figureCaption(comparison: Comparison, studyName: string): string[] {
  const ids = [...new Set(comparison.arms.flatMap((arm) => arm.points.map((point) => point.runId)))];
  const shown = ids.slice(0, MOST_RUN_IDS).map((id) => id.slice(0, RUN_ID_LENGTH));
  const more = ids.length > shown.length ? [`and ${ids.length - shown.length} more`] : [];
  const runs = ids.length === 0 ? [] : wrapped(`Runs: ${[...shown, ...more].join(', ')}`);
  return [...wrapped(`Study “${studyName}”, ${seedCount(comparison)}.`), ...runs];
}

/** Names that would fill the legend lose their middle, where the points of a curve are. */
export function shortened(name: string): string {
  const characters = [...name];
  if (characters.length <= LONGEST_NAME) return name;
  const end = characters.slice(-10).join('');
  return `${characters.slice(0, LONGEST_NAME - 11).join('')}…${end}`;
}

function seedCount({ arms }: Comparison): string {
  const counts = arms.filter((arm) => arm.role !== 'baseline' && arm.points.length > 0).map((arm) => arm.points.length);
  if (counts.length === 0) return 'no pair of runs has finished yet';
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  if (most === 1) return 'n = 1 seed: single runs without an interval';
  const range = least === most ? `${most}` : `${least} to ${most}`;
  return `n = ${range} seeds: means with ${percent(arms[0].ci.level, 0)} intervals (paired Student t) over faint single seeds`;
}

/** Breaks at spaces; a word that is longer than a line is cut. */
function wrapped(text: string): string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/).flatMap(pieces)) {
    const line = lines[lines.length - 1];
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= LINE_LENGTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string): string[] {
  return word.match(new RegExp(`.{1,${LINE_LENGTH}}`, 'gsu')) ?? [];
}
