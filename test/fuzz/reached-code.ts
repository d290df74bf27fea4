import { Session } from 'node:inspector';

interface CoveredScript {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
  }[];
}

/** Our code, and the libraries that read formats for us. */
const READERS = /\/(src-main|src-renderer)\/|\/node_modules\/(yauzl|tar-stream)\//;

/** Which blocks of the readers' code run, as V8 counts them. The guide of a fuzzer: inputs that reach new ones are kept. */
export class ReachedCode {
  readonly #session = new Session();
  readonly #known = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get size(): number {
    return this.#known.size;
  }

  /** The blocks that ran since the last call. */
  taken(): ReadonlySet<string> {
    const { result } = this.#post('Profiler.takePreciseCoverage') as { readonly result: readonly CoveredScript[] };
    const blocks = new Set<string>();
    for (const { url, functions } of result) {
      if (!READERS.test(url)) continue;
      for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
        if (count > 0) blocks.add(`${url} ${startOffset} ${endOffset}`);
      }
    }
    return blocks;
  }

  /** Of these blocks those that are new; they are known from then on. */
  newOf(blocks: ReadonlySet<string>): ReadonlySet<string> {
    const fresh = new Set([...blocks].filter((block) => !this.#known.has(block)));
    for (const block of fresh) this.#known.add(block);
    return fresh;
  }

  /** The inspector answers within the call. */
  #post(method: string, parameters: object = {}): unknown {
    let answer: unknown;
    this.#session.post(method, parameters, (error, result) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  }
}
