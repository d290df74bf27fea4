import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LOOK_MS = 100;
/** At a look, each file is shown as it is by now once in so many times. */
const SELDOM = 12;
/** The files by which attempts and hosts speak; what else is in a block only its own node reads. */
const PROTOCOL_FILE = /(?:claim|beat\.\d+|end\.\d+|from\.\d+)\.json$|\.ndjson$/;

/**
 * Shows in `to` what others write into `from`, as a network's disk may: each file late, in no order of their writing, and of one that grows only as
 * much as was there at some moment, which may be half a line.
 */
export class LateFolder {
  readonly #from: string;
  readonly #to: string;
  readonly #below: (limit: number) => number;
  readonly #timer: NodeJS.Timeout;

  constructor(folders: { readonly from: string; readonly to: string }, below: (limit: number) => number) {
    this.#from = folders.from;
    this.#to = folders.to;
    this.#below = below;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const name of readdirSync(this.#from, { recursive: true, encoding: 'utf8' }))
      if (PROTOCOL_FILE.test(name) && this.#below(SELDOM) === 0) this.#show(name);
  }

  #show(name: string): void {
    const [written, shown] = [join(this.#from, name), join(this.#to, name)];
    mkdirSync(dirname(shown), { recursive: true });
    const content = readFileSync(written);
    if (name.endsWith('.ndjson')) {
      const known = sizeOf(shown);
      appendFileSync(shown, content.subarray(known, known + this.#below(content.length - known + 1)));
    } else {
      writeFileSync(`${shown}.new`, content);
      renameSync(`${shown}.new`, shown);
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
