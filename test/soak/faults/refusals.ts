import type { CommandEnd } from './struck-lab.ts';

/** Success, a failure, a bad request, what keeps all runs from training, and Ctrl-C. */
const EXIT_CODES: readonly (number | null)[] = [0, 1, 2, 75, 130];

/** What a user must never see. */
const RAW = [
  { what: 'a stack', pattern: /^\s+at .+:\d+:\d+\)?$/m },
  { what: 'an error of Node', pattern: /^Node\.js v\d|node:internal|\bERR_[A-Z]|unsettled top-level await/m },
  {
    what: 'an error of JavaScript',
    pattern: /\b(Type|Range|Reference|Syntax|Sqlite|Aggregate)Error\b|\[object |undefined/,
  },
  {
    what: 'words of the system alone',
    pattern: /^(E[A-Z]{2,}:|SQLITE_|disk I\/O error|database is locked|database or disk)/m,
  },
  { what: 'a warning of Node', pattern: /^\(node:\d+\)/m },
];

/** How the end of a command is not as documented; none for an answer, and for a refusal in a clear sentence. */
export function problemsOf(end: CommandEnd): string[] {
  const { code, signal, isLate, isKilled, isInterrupted, stderr, seconds } = end;
  if (isLate) return [`it had not ended after ${Math.round(seconds)} s`];
  if (isKilled && signal === 'SIGKILL') return [];
  // Before the program listens to it, Ctrl-C ends Node itself.
  if (isInterrupted && signal === 'SIGINT') return [];
  if (!EXIT_CODES.includes(code)) return [`it ended with ${signal ?? `exit code ${code}`}`];
  return [...rawIn(stderr), ...(code === 0 ? brokenAnswer(end) : speechless(stderr))];
}

/** The last sentence of a command that refused. */
export function refusalOf({ stderr }: CommandEnd): string {
  return stderr.trimEnd().split('\n').at(-1) ?? '';
}

function rawIn(stderr: string): string[] {
  return RAW.filter(({ pattern }) => pattern.test(stderr)).map(({ what }) => `it shows ${what}`);
}

function speechless(stderr: string): string[] {
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  // The command to copy may stand at the end.
  const isSentence = /^[A-Z0-9"'/].*\s.*([.:?`)]|\S+)$/.test(last) && last.split(' ').length >= 4;
  return isSentence ? [] : ['it refuses without a sentence'];
}

function brokenAnswer({ words, stdout }: CommandEnd): string[] {
  if (!words.includes('--json')) return [];
  const broken = stdout.split('\n').filter((line) => line !== '' && !isJson(line));
  return broken.length === 0 ? [] : ['its answer is not JSON'];
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
