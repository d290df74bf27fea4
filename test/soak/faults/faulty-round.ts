import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../run-outcome.ts';
import { differences, outcomeOf } from '../run-outcome.ts';
import { SoakDraws } from './soak-draws.ts';
import type { SoakRecord } from './soak-record.ts';
import { leftoversIn, processesOn, unsoundIn } from './soundness.ts';
import type { CommandEnd, FaultRates, Interruption, Order, StruckLab } from './struck-lab.ts';

const FEW: FaultRates = { files: 0.01, database: 0.001, socket: 0.05, processes: 0.2 };
/** So many that most commands are refused. */
const MANY: FaultRates = { files: 0.05, database: 0.01, socket: 0.2, processes: 0.5 };
const INTENSITIES: readonly (FaultRates | null)[] = [null, FEW, FEW, MANY];
const READING_LIMIT_MS = 150_000;
const TRAINING_LIMIT_MS = 600_000;
/** A trainer whose host is gone ends within 2 s; a loaded machine takes longer. */
const TRAINER_END_MS = 10_000;

/** A study that was trained without faults. */
export interface ReferenceStudy {
  readonly spec: object;
  /** By arm and seed. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** The lines of its export. */
  readonly lines: readonly string[];
}

export interface RoundPlace {
  readonly home: string;
  readonly folder: string;
  readonly lab: StruckLab;
  readonly record: SoakRecord;
  readonly seed: number;
}

/** How much is done in a round. */
export interface Effort {
  /** Commands that were refused so often are tried without faults. */
  readonly tries: number;
  /** Commands that another terminal gives meanwhile. */
  readonly meddling: number;
  readonly exports: number;
  readonly longestWaitMs: number;
  /** Whether commands and trainers are killed at random moments too; else every command meets many faults. */
  readonly isInterrupted: boolean;
}

export interface RoundPlan {
  readonly number: number;
  readonly reference: ReferenceStudy;
  readonly effort: Effort;
}

export interface StudyRun {
  readonly id: string;
  readonly arm: string;
  readonly status: string;
  readonly spec: { readonly seed: number };
}

/** Trains, imports, exports and compares one study under faults, then without, and compares it with the same study that met none. */
export class FaultyRound {
  readonly #place: RoundPlace;
  readonly #reference: ReferenceStudy;
  readonly #effort: Effort;
  readonly #name: string;
  readonly #imported: string;

  constructor(place: RoundPlace, { number, reference, effort }: RoundPlan) {
    this.#place = place;
    this.#reference = reference;
    this.#effort = effort;
    this.#name = `study-${number}`;
    this.#imported = `imported-${number}`;
    const files = { spec: this.#path('spec.json'), lines: this.#path('lines.txt') };
    mkdirSync(join(place.folder, this.#name));
    writeFileSync(files.spec, JSON.stringify({ ...reference.spec, name: this.#name }));
    writeFileSync(files.lines, renamed(reference.lines, number, this.#imported).join('\n'));
  }

  async run(): Promise<void> {
    await Promise.all([this.#train(), this.#import(), this.#meddle()]);
    // Whoever was stopped in the middle goes on.
    for (const pid of processesOn(this.#place.home)) process.kill(pid, 'SIGCONT');
    await this.#untilDone(['study', this.#path('spec.json'), '--json']);
    await this.#untilDone(['runs', 'import', this.#path('lines.txt')]);
    const draws = this.#drawsFor('export');
    for (const words of this.#exports(draws)) await this.#export(words, draws);
    await this.#check();
  }

  #path(name: string): string {
    return join(this.#place.folder, this.#name, name);
  }

  async #train(): Promise<void> {
    const draws = this.#drawsFor('study');
    for (let tries = 0; tries < this.#effort.tries; tries++) {
      const interruption = draws.isOneOf(3) ? null : this.#interruption(draws);
      const words = ['study', this.#path('spec.json'), '--json'];
      if (await this.#tried({ words, limitMs: TRAINING_LIMIT_MS, interruption }, draws)) return;
    }
  }

  async #import(): Promise<void> {
    const draws = this.#drawsFor('import');
    await sleep(draws.below(this.#effort.longestWaitMs));
    for (let tries = 0; tries < this.#effort.tries; tries++) {
      const interruption = draws.isOneOf(3) ? this.#interruption(draws) : null;
      const words = ['runs', 'import', this.#path('lines.txt')];
      if (await this.#tried({ words, limitMs: READING_LIMIT_MS, interruption }, draws)) return;
    }
  }

  /** Looks at the study, and pauses and resumes its runs, while it trains. */
  async #meddle(): Promise<void> {
    const draws = this.#drawsFor('meddling');
    for (let times = 0; times < this.#effort.meddling; times++) {
      await sleep(draws.below(this.#effort.longestWaitMs));
      const run = await this.#anyRun(draws);
      const words = draws.among([
        ['runs', 'list', '--json'],
        ['studies', 'show', this.#name, '--json'],
        ['compare', this.#name, '--json'],
        ['export', 'study', this.#name, this.#path('early.csv')],
        ...(run === null
          ? []
          : [
              ['runs', 'pause', run],
              ['runs', 'stop', run],
              ['runs', 'show', run, '--json'],
              ['runs', 'resume', run, '--json'],
              ['runs', 'delete', run],
            ]),
      ]);
      await this.#tried({ words, limitMs: words.includes('resume') ? TRAINING_LIMIT_MS : READING_LIMIT_MS }, draws);
      if (words.includes('delete')) await this.#without(['runs', 'restore', run ?? '']);
    }
  }

  async #anyRun(draws: SoakDraws): Promise<string | null> {
    const { code, stdout } = await this.#without(['runs', 'list', '--json']);
    const runs = code === 0 ? (JSON.parse(stdout) as (StudyRun & { readonly imported: boolean })[]) : [];
    const ours = runs.filter(({ imported }) => !imported);
    return ours.length === 0 ? null : draws.among(ours.slice(-4)).id;
  }

  /** Some of the commands that write a file, whose name comes last. */
  #exports(draws: SoakDraws): (readonly string[])[] {
    const endings = ['txt', 'csv', 'json', 'parquet'];
    const studies = endings.map((ending) => ['export', 'study', this.#name, `study.${ending}`]);
    const figures = ['svg', 'pdf'].map((ending) => ['compare', this.#name, '--figure', `figure.${ending}`]);
    const rest = ['report', this.#name, '--html', 'report.html'];
    return Array.from({ length: this.#effort.exports }, () => {
      const words = draws.among([...studies, ...figures, rest]);
      return words.with(-1, this.#path(words.at(-1) ?? ''));
    });
  }

  /** Where it succeeds under faults, it has written what it writes without. */
  async #export(words: readonly string[], draws: SoakDraws): Promise<void> {
    const path = words.at(-1) ?? '';
    const isWritten = await this.#tried({ words, limitMs: READING_LIMIT_MS }, draws);
    const digest = isWritten ? digestOf(path) : null;
    await this.#untilDone(words);
    if (digest !== null && digest !== digestOf(path))
      this.#find(`${path} was reported as written, but is another file without faults`);
  }

  async #check(): Promise<void> {
    const { home, folder } = this.#place;
    await this.#compare();
    await this.#compareImport();
    for (let waited = 0; processesOn(home).length > 0; waited += 100) {
      if (waited > TRAINER_END_MS) {
        this.#find(`the processes ${processesOn(home).join()} live on`);
        break;
      }
      await sleep(100);
    }
    for (const problem of [...unsoundIn(home), ...leftoversIn(folder)]) this.#find(problem);
  }

  async #compare(): Promise<void> {
    const runs = await this.#runsOf(this.#name);
    const found = new Map(runs.map((run) => [`${run.arm}, seed ${run.spec.seed}`, run]));
    for (const [key, expected] of this.#reference.outcomes) {
      const run = found.get(key);
      if (run === undefined) this.#find(`there is no run of ${key}`);
      else if (run.status !== 'finished') this.#find(`run ${run.id} (${key}) is ${run.status}`);
      else
        for (const part of differences(expected, outcomeOf(this.#place.home, run.id)))
          this.#find(`run ${run.id} (${key}): ${part} differ`);
    }
    if (found.size !== this.#reference.outcomes.size || runs.length !== found.size)
      this.#find(`there are ${runs.length} runs`);
  }

  async #compareImport(): Promise<void> {
    const path = this.#path('imported.txt');
    await this.#untilDone(['export', 'study', this.#imported, path]);
    const sent = new Set(eventsIn(this.#path('lines.txt')));
    const back = existsSync(path) ? eventsIn(path) : [];
    const missing = [...sent].filter((line) => !back.includes(line));
    if (missing.length > 0 || back.length !== sent.size)
      this.#find(`${missing.length} of ${sent.size} lines were not imported, and ${back.length} came back`, missing[0]);
  }

  async #runsOf(study: string): Promise<readonly StudyRun[]> {
    const { stdout } = await this.#without(['studies', 'show', study, '--json']);
    return JSON.parse(stdout).runs;
  }

  /** Whether the command succeeded under faults. */
  async #tried(order: Omit<Order, 'rates'>, draws: SoakDraws): Promise<boolean> {
    const { lab, record } = this.#place;
    const end = await lab.run({ ...order, rates: this.#effort.isInterrupted ? draws.among(INTENSITIES) : MANY });
    record.note(end);
    return end.code === 0;
  }

  #without(words: readonly string[]): Promise<CommandEnd> {
    return this.#place.lab.run({ words, limitMs: TRAINING_LIMIT_MS, rates: null });
  }

  /** A command without faults has to succeed, at the latest once whoever was still ending has ended. */
  async #untilDone(words: readonly string[]): Promise<void> {
    for (let tries = 0; ; tries++) {
      const end = await this.#without(words);
      if (end.code === 0) return;
      if (tries === 2) return this.#find(`lab ${words.join(' ')} is refused without faults`, end.stderr);
    }
  }

  #interruption(draws: SoakDraws): Interruption | null {
    const afterMs = 300 + draws.below(12_000);
    const what = draws.among(['Ctrl-C', 'kill lab', 'kill trainer'] as const);
    return this.#effort.isInterrupted ? { afterMs, what } : null;
  }

  /** What is done at the same time draws by itself, so that a seed gives the same again. */
  #drawsFor(activity: string): SoakDraws {
    return new SoakDraws(`${this.#place.seed} ${this.#name} ${activity}`);
  }

  #find(what: string, detail = ''): void {
    this.#place.record.find(`${this.#name}: ${what}`, detail);
  }
}

/** The lines after the first one, which describes the study and gains the defaults of older ones when it is imported. */
function eventsIn(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
}

/** The lines with other ids and another name, as if the study had been trained once more. */
function renamed(lines: readonly string[], number: number, name: string): string[] {
  const { study } = JSON.parse(lines[0]) as { readonly study: { readonly id: string; readonly name: string } };
  const ids = [...new Set([study.id, ...lines.slice(1).map((line) => String(JSON.parse(line).runId))])];
  const other = new Map(ids.map((id) => [id, `${id.slice(0, 6)}${String(number).padStart(4, '0')}`]));
  const named = JSON.stringify(study.name);
  return lines.map((line, index) => {
    const text = line.replaceAll(/[0-9a-z]{10}/g, (id) => other.get(id) ?? id);
    return index === 0 ? text.replace(`"name":${named}`, `"name":${JSON.stringify(name)}`) : text;
  });
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
