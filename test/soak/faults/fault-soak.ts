import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outcomeOf } from '../run-outcome.ts';
import type { Effort, ReferenceStudy, StudyRun } from './faulty-round.ts';
import { FaultyRound } from './faulty-round.ts';
import { SoakRecord } from './soak-record.ts';
import { StruckLab } from './struck-lab.ts';

const LIMIT_MS = 600_000;

export interface FaultSoakOptions {
  /** An empty folder, for the homes and everything else. */
  readonly folder: string;
  readonly seed: number;
  readonly studies: readonly object[];
  readonly effort: Effort;
}

/** A home that is used under faults, round after round, next to one that meets none. */
export class FaultSoak {
  readonly record: SoakRecord;
  readonly #options: FaultSoakOptions;
  readonly #lab: StruckLab;
  readonly #undisturbed: StruckLab;
  readonly #references: ReferenceStudy[] = [];

  constructor(options: FaultSoakOptions) {
    const { seed } = options;
    this.#options = options;
    const [home, temporary, work] = ['home', 'tmp', 'work'].map((name) => this.#path(name));
    for (const path of [temporary, work]) mkdirSync(path);
    const log = this.#path('faults.ndjson');
    this.record = new SoakRecord(log);
    this.#lab = new StruckLab({ home, temporary, folders: [home, work, temporary], log, seed });
    this.#undisturbed = new StruckLab({ home: this.#path('undisturbed'), temporary, folders: [], log, seed });
  }

  /** The rounds are numbered from 1. */
  async round(number: number): Promise<void> {
    const { studies, effort, seed } = this.#options;
    const place = (number - 1) % studies.length;
    this.#references[place] ??= await this.#trainedWithout(studies[place], `reference-${place}`);
    const [home, folder, lab, record] = [this.#path('home'), this.#path('work'), this.#lab, this.record];
    const round = { number, reference: this.#references[place], effort };
    await new FaultyRound({ home, folder, lab, record, seed }, round).run();
  }

  async #trainedWithout(spec: object, name: string): Promise<ReferenceStudy> {
    const [path, exported] = [this.#path(`${name}.json`), this.#path(`${name}.txt`)];
    writeFileSync(path, JSON.stringify({ ...spec, name }));
    await this.#answer(['study', path, '--json']);
    await this.#answer(['export', 'study', name, exported]);
    const { runs } = JSON.parse(await this.#answer(['studies', 'show', name, '--json'])) as { runs: StudyRun[] };
    const outcomes = runs.map(
      ({ id, arm, spec: { seed } }) => [`${arm}, seed ${seed}`, outcomeOf(this.#path('undisturbed'), id)] as const,
    );
    return { spec, outcomes: new Map(outcomes), lines: readFileSync(exported, 'utf8').trimEnd().split('\n') };
  }

  async #answer(words: readonly string[]): Promise<string> {
    const end = await this.#undisturbed.run({ words, limitMs: LIMIT_MS, rates: null });
    if (end.code !== 0) throw new Error(`lab ${words.join(' ')} ended with ${end.code}: ${end.stderr}`);
    return end.stdout;
  }

  #path(name: string): string {
    return join(this.#options.folder, name);
  }
}
