import { existsSync, readFileSync } from 'node:fs';
import type { StruckFault } from './fault-draws.ts';
import { problemsOf, refusalOf } from './refusals.ts';
import type { CommandEnd } from './struck-lab.ts';

/** What the soak has done so far, and what it found. */
export class SoakRecord {
  readonly findings: string[] = [];
  readonly #log: string;
  readonly #refusals = new Map<string, number>();
  #commands = 0;
  #answers = 0;
  #kills = 0;
  #slowest = 0;

  constructor(log: string) {
    this.#log = log;
  }

  /** Notes the end of a command that ran under faults, and says on standard error what is wrong with it. */
  note(end: CommandEnd): void {
    this.#commands += 1;
    if (end.code === 0) this.#answers += 1;
    else if (end.isKilled) this.#kills += 1;
    else this.#count(`exit ${end.code}`);
    if (!end.words.includes('study') && !end.words.includes('resume'))
      this.#slowest = Math.max(this.#slowest, end.seconds);
    for (const problem of problemsOf(end))
      this.find(`lab ${end.words.join(' ')} (command ${end.name}): ${problem}`, end.stderr);
    if (process.env.SOAK_VERBOSE)
      console.error(
        `${end.name} ${end.code ?? end.signal} ${end.seconds.toFixed(1)} s: ${end.words.join(' ')}${end.code === 0 ? '' : `\n    ${refusalOf(end)}`}`,
      );
  }

  find(what: string, detail = ''): void {
    this.findings.push(what);
    console.error(`FOUND ${what}${detail === '' ? '' : `\n    ${detail.trimEnd().replaceAll('\n', '\n    ')}`}`);
  }

  get faults(): readonly StruckFault[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  /** The figures of the whole soak. */
  get lines(): string[] {
    const kinds = new Map<string, number>();
    for (const { target, kind } of this.faults)
      kinds.set(`${target} ${kind}`, (kinds.get(`${target} ${kind}`) ?? 0) + 1);
    const faults = [...kinds].toSorted(([first], [second]) => first.localeCompare(second));
    const total = faults.reduce((sum, [, count]) => sum + count, 0);
    const refused = [...this.#refusals].map(([code, count]) => `${count} with ${code}`).join(', ');
    return [
      `${this.#commands} commands under faults: ${this.#answers} answered, ${this.#kills} killed, refused ${refused || 'none'}; the slowest that does not train took ${this.#slowest.toFixed(1)} s`,
      `${total} faults: ${faults.map(([kind, count]) => `${count} ${kind}`).join(', ')}`,
      `${this.findings.length} findings`,
    ];
  }

  #count(end: string): void {
    this.#refusals.set(end, (this.#refusals.get(end) ?? 0) + 1);
  }
}
