import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../run-outcome.ts';
import { differences, outcomeOf } from '../run-outcome.ts';
import type { SoakDraws } from './soak-draws.ts';
import type { SoakRecord } from './soak-record.ts';
import { leftoversIn, processesOn, unsoundIn } from './soundness.ts';
import type { FaultRates, Interruption, StruckLab } from './struck-lab.ts';

/** No fault at all, a few a command, and so many that most commands are refused. */
const INTENSITIES: readonly (FaultRates | null)[] = [
  null,
  { files: 0.01, database: 0.001, socket: 0.05, processes: 0.2 },
  { files: 0.01, database: 0.001, socket: 0.05, processes: 0.2 },
  { files: 0.05, database: 0.01, socket: 0.2, processes: 0.5 },
];
const READING_LIMIT_MS = 150_000;
const TRAINING_LIMIT_MS = 600_000;
/** Commands that are refused so often are tried once more without faults. */
const MOST_TRIES = 8;
/** A trainer whose host is gone ends within 2 s; a loaded machine takes longer. */
const TRAINER_END_MS = 10_000;
const LONGEST_WAIT_MS = 8000;

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
  readonly draws: SoakDraws;
}

interface StudyRun {
  readonly id: string;
  readonly arm: string;
  readonly status: string;
  readonly spec: { readonly seed: number };
}

/** Trains, imports, exports and compares one study under faults, then without, and compares it with the same study that met none. */
export class FaultyRound {
  readonly #place: RoundPlace;
  readonly #reference: ReferenceStudy;
  readonly #name: string;
  readonly #imported: string;
  readonly #files = new Map<string, string>();

  constructor(place: RoundPlace, reference: ReferenceStudy, number: number) {
    this.#place = place;
    this.#reference = reference;
    this.#name = `study-${number}`;
    this.#imported = `imported-${number}`;
    const files = { spec: this.#path('spec.json'), lines: this.#path('lines.txt') };
    mkdirSync(join(place.folder, this.#name));
    writeFileSync(files.spec, JSON.stringify({ ...reference.spec, name: this.#name }));
    writeFileSync(files.lines, renamed(reference.lines, number, this.#imported).join('\n'));
  }

  async run(): Promise<void> {
    await this.#underFaults();
    await this.#withoutFaults();
    await this.#check();
  }

  #path(name: string): string {
    return join(this.#place.folder, this.#name, name);
  }

  async #underFaults(): Promise<void> {
    await Promise.all([this.#train(), this.#import(), this.#meddle()]);
    for (const words of this.#exports()) await this.#export(words);
  }

  async #train(): Promise<void> {
    const { draws } = this.#place;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const interruption = draws.isOneOf(3) ? null : this.#interruption();
      if (await this.#tried(['study', this.#path('spec.json'), '--json'], TRAINING_LIMIT_MS, interruption)) return;
    }
  }

  async #import(): Promise<void> {
    const { draws } = this.#place;
    await sleep(draws.below(LONGEST_WAIT_MS));
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const interruption: Interruption | null = draws.isOneOf(3)
        ? { afterMs: draws.below(4000), what: 'kill lab' }
        : null;
      if (await this.#tried(['runs', 'import', this.#path('lines.txt')], READING_LIMIT_MS, interruption)) return;
    }
  }

  /** Looks at the study, and pauses and resumes its runs, while it trains. */
  async #meddle(): Promise<void> {
    const { draws } = this.#place;
    for (let times = 0; times < 4; times++) {
      await sleep(draws.below(LONGEST_WAIT_MS));
      const run = await this.#anyRun();
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
      await this.#tried(words, words.includes('resume') ? TRAINING_LIMIT_MS : READING_LIMIT_MS, null);
      if (words.includes('delete')) await this.#untilDone(['runs', 'restore', run ?? '']);
    }
  }

  async #anyRun(): Promise<string | null> {
    const { code, stdout } = await this.#place.lab.run({
      words: ['runs', 'list', '--json'],
      limitMs: READING_LIMIT_MS,
      rates: null,
    });
    const runs = code === 0 ? (JSON.parse(stdout) as (StudyRun & { readonly imported: boolean })[]) : [];
    const ours = runs.filter(({ imported }) => !imported);
    return ours.length === 0 ? null : this.#place.draws.among(ours.slice(-4)).id;
  }

  #exports(): (readonly string[])[] {
    const studies = ['txt', 'csv', 'json', 'parquet', 'html'].map((ending) => [
      'export',
      'study',
      this.#name,
      this.#path(`study.${ending}`),
    ]);
    const figures = ['svg', 'pdf', 'csv'].map((ending) => [
      'compare',
      this.#name,
      '--figure',
      this.#path(`figure.${ending}`),
    ]);
    return [...studies, ...figures, ['report', this.#name, '--html', this.#path('report.html')]];
  }

  /** What a command that succeeds has written is whole: the digest is compared with that of the file that it writes without faults. */
  async #export(words: readonly string[]): Promise<void> {
    for (let tries = 0; tries < 2; tries++) {
      if (!(await this.#tried(words, READING_LIMIT_MS, null))) continue;
      this.#files.set(words.at(-1) ?? '', digestOf(words.at(-1) ?? ''));
      return;
    }
  }

  async #withoutFaults(): Promise<void> {
    for (const pid of processesOn(this.#place.home)) process.kill(pid, 'SIGCONT');
    await this.#untilDone(['study', this.#path('spec.json'), '--json']);
    await this.#untilDone(['runs', 'import', this.#path('lines.txt')]);
    for (const words of this.#exports()) {
      await this.#untilDone(words);
      const path = words.at(-1) ?? '';
      const expected = this.#files.get(path);
      if (expected !== undefined && expected !== digestOf(path))
        this.#find(`${path} was reported as written, but is another without faults`);
    }
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
    const sent = new Set(readFileSync(this.#path('lines.txt'), 'utf8').split('\n'));
    const back = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
    const missing = [...sent].filter((line) => !back.includes(line));
    if (missing.length > 0 || back.length !== sent.size)
      this.#find(`${missing.length} of ${sent.size} lines were not imported, and ${back.length} came back`, missing[0]);
  }

  async #runsOf(study: string): Promise<readonly StudyRun[]> {
    const { stdout } = await this.#place.lab.run({
      words: ['studies', 'show', study, '--json'],
      limitMs: READING_LIMIT_MS,
      rates: null,
    });
    return JSON.parse(stdout).runs;
  }

  /** Whether the command succeeded under faults. */
  async #tried(words: readonly string[], limitMs: number, interruption: Interruption | null): Promise<boolean> {
    const { lab, record, draws } = this.#place;
    const end = await lab.run({ words, limitMs, interruption, rates: draws.among(INTENSITIES) });
    record.note(end);
    return end.code === 0;
  }

  /** A command without faults has to succeed, at the latest once whoever was still ending has ended. */
  async #untilDone(words: readonly string[]): Promise<void> {
    const { lab } = this.#place;
    for (let tries = 0; ; tries++) {
      const end = await lab.run({ words, limitMs: TRAINING_LIMIT_MS, rates: null });
      if (end.code === 0) return;
      if (tries === 2) return this.#find(`lab ${words.join(' ')} is refused without faults`, end.stderr);
    }
  }

  #interruption(): Interruption {
    const { draws } = this.#place;
    return { afterMs: 300 + draws.below(12_000), what: draws.among(['Ctrl-C', 'kill lab', 'kill trainer'] as const) };
  }

  #find(what: string, detail = ''): void {
    this.#place.record.find(`${this.#name}: ${what}`, detail);
  }
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
