import * as nodeFiles from 'node:fs';
import { relative, resolve } from 'node:path';

/** What a fault strikes; each has a rate of its own. */
export type FaultTarget = 'files' | 'database' | 'socket' | 'processes';

export interface FaultSettings {
  readonly seed: number;
  /** Only what lies below one of these folders is struck. */
  readonly folders: readonly string[];
  /** The chance of a fault for each operation. */
  readonly rates: Readonly<Record<FaultTarget, number>>;
  /** The file that gets a line of JSON for each fault. */
  readonly log: string;
  /** The name of this process; its children and its threads add their numbers. */
  readonly process: string;
}

/** An operation on which a fault may be drawn. */
export interface Operation {
  readonly target: FaultTarget;
  readonly name: string;
  /** A path below one of the folders. */
  readonly path: string;
}

/** A line of the log. */
export interface StruckFault {
  readonly process: string;
  readonly target: FaultTarget;
  readonly operation: string;
  readonly path: string;
  /** How often this process had done this to this path before. */
  readonly count: number;
  readonly kind: string;
  readonly at: number;
}

/** The variable through which the settings reach a process and its children. */
export const SETTINGS_VARIABLE = 'FREEZEOUT_FAULTS';

/** Parts of paths that are drawn anew each time: ids of runs and studies, and random names. */
const DRAWN_PARTS = /[0-9a-z]{10,}|[0-9a-f]{8}-[0-9a-f-]{27}/g;

/**
 * The faults of one thread. Whether an operation is struck, and how, is a function of the seed, the process, the operation, its path and
 * how often that was done before, so that what one file meets does not depend on when others are used.
 */
export class FaultDraws {
  readonly settings: FaultSettings;
  readonly #counts = new Map<string, number>();
  readonly #log: (line: string) => void;

  constructor(settings: FaultSettings) {
    this.settings = settings;
    const file = nodeFiles.openSync(settings.log, 'a');
    const write = nodeFiles.writeSync;
    this.#log = (line) => void write(file, line);
  }

  /** The path as a text where faults may strike it, else null. */
  struckPath(path: unknown): string | null {
    const text = path instanceof URL ? path.pathname : Buffer.isBuffer(path) ? path.toString() : path;
    if (typeof text !== 'string') return null;
    const whole = resolve(text);
    return this.settings.folders.some((folder) => whole === folder || whole.startsWith(`${folder}/`)) ? whole : null;
  }

  /** The kind of the fault that strikes this operation; null for most. */
  strike<Kind extends string>({ target, name, path }: Operation, kinds: readonly Kind[]): Kind | null {
    const key = `${name} ${this.#stable(path)}`;
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    const rate = this.settings.rates[target];
    const drawn = this.uniform(`${key} ${count}`);
    if (drawn >= rate || kinds.length === 0) return null;
    const kind = kinds[Math.floor((drawn / rate) * kinds.length)];
    const { process } = this.settings;
    this.#log(
      `${JSON.stringify({ process, target, operation: name, path, count, kind, at: Date.now() } satisfies StruckFault)}\n`,
    );
    return kind;
  }

  /** A number from 0 up to 1, the same one for the same seed, process and text. */
  uniform(text: string): number {
    const { seed, process } = this.settings;
    return hashOf(`${seed} ${process} ${text}`) / 2 ** 32;
  }

  #stable(path: string): string {
    const root = this.settings.folders.find((folder) => path.startsWith(folder)) ?? '';
    return relative(root, path).replaceAll(DRAWN_PARTS, '*');
  }
}

/** FNV-1a, whose bits are then mixed as in MurmurHash3, since it hardly changes the upper ones for the last letters. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place++) hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
