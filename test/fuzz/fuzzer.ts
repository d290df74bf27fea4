import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { forgetPeak, residentMegabytes } from '../support/resident-memory.ts';
import { DrawnNumbers } from './drawn-numbers.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { mutated } from './mutations.ts';
import { ReachedCode } from './reached-code.ts';
import { verdictOn } from './verdict.ts';

const BATCH = 100;
const MOST_MEGABYTES = 200;

export interface Finding {
  readonly problem: string;
  readonly bytes: Uint8Array;
}

interface FuzzerOptions {
  readonly target: FuzzTarget;
  /** For the files that the target reads. */
  readonly folder: string;
  readonly seed: number;
  /** Is told each finding, once for each problem. */
  readonly found: (finding: Finding) => void;
  /** Is told before each input: a reader that crashes or hangs shows by this which one it was. */
  readonly about: (bytes: Uint8Array) => void;
}

/**
 * Changes inputs at random and gives them to a reader. Those that reach code which none before has reached are changed further, as
 * libFuzzer does; V8's own counts say what was reached. (Jazzer.js, which is libFuzzer for Node, has no build for the C library here.)
 */
export class Fuzzer {
  executions = 0;
  readonly #options: FuzzerOptions;
  readonly #numbers: DrawnNumbers;
  readonly #reached = new ReachedCode();
  readonly #corpus: Uint8Array[] = [];
  readonly #problems = new Set<string>();

  constructor(options: FuzzerOptions) {
    this.#options = options;
    this.#numbers = new DrawnNumbers(options.seed);
  }

  /** The blocks of code that were reached, and the inputs that are kept for it. */
  get reach(): { readonly blocks: number; readonly inputs: number } {
    return { blocks: this.#reached.size, inputs: this.#corpus.length };
  }

  async start(): Promise<void> {
    const seeds = await this.#options.target.seeds();
    this.#corpus.push(...seeds);
    await this.#runAll(seeds);
    this.#reached.newOf(this.#reached.taken());
  }

  /** One batch of changed inputs. */
  async step(): Promise<void> {
    const inputs = Array.from({ length: BATCH }, () => this.#changed());
    forgetPeak();
    const { now } = residentMegabytes();
    await this.#runAll(inputs);
    const isLarge = residentMegabytes().peak - now > MOST_MEGABYTES;
    const fresh = this.#reached.newOf(this.#reached.taken());
    if (fresh.size > 0) await this.#keep(inputs, fresh);
    if (isLarge) await this.#findLarge(inputs);
  }

  #changed(): Uint8Array {
    const { words } = this.#options.target;
    return mutated(this.#numbers.of(this.#corpus), this.#numbers, { others: this.#corpus, words });
  }

  async #runAll(inputs: readonly Uint8Array[]): Promise<void> {
    for (const bytes of inputs) {
      const { target, folder, about } = this.#options;
      about(bytes);
      const problem = await verdictOn(target, bytes, folder);
      if (problem !== null) this.#tell({ problem, bytes });
      this.executions++;
    }
  }

  /** Keeps the inputs that reach these blocks: halves the batch until single ones are left. */
  async #keep(inputs: readonly Uint8Array[], blocks: ReadonlySet<string>): Promise<void> {
    if (inputs.length === 1) {
      this.#corpus.push(inputs[0]);
      return;
    }
    const middle = inputs.length >> 1;
    let wanted = blocks;
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      await this.#runAll(half);
      const reached = this.#reached.taken();
      const here = new Set([...wanted].filter((block) => reached.has(block)));
      if (here.size > 0) await this.#keep(half, here);
      wanted = new Set([...wanted].filter((block) => !reached.has(block)));
      if (wanted.size === 0) return;
    }
  }

  /** Looks for the input that needed the memory; none is told where it was only garbage of many. */
  async #findLarge(inputs: readonly Uint8Array[]): Promise<void> {
    for (const bytes of inputs) {
      collectGarbage();
      forgetPeak();
      const { now } = residentMegabytes();
      await this.#runAll([bytes]);
      const needed = residentMegabytes().peak - now;
      if (needed > MOST_MEGABYTES) this.#tell({ problem: `needed ${Math.round(needed)} MB`, bytes });
    }
  }

  #tell(finding: Finding): void {
    const kind = finding.problem.replaceAll(/\d+/g, '0').split('\n').slice(0, 3).join('\n');
    if (this.#problems.has(kind)) return;
    this.#problems.add(kind);
    this.#options.found(finding);
  }
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
