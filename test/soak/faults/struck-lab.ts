import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OwnTime } from '../../support/own-time.ts';
import { trainersOf } from '../../support/processes.ts';
import type { FaultSettings } from './fault-draws.ts';
import { SETTINGS_VARIABLE } from './fault-draws.ts';
import { processesOn } from './soundness.ts';

const LAB = fileURLToPath(new URL('../../../src-main/lab.ts', import.meta.url));
const PRELOAD = new URL('./preload.ts', import.meta.url).href;

/** As outside of the soak: a folder of its own would be compiled into anew. */
const COMPILED = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'node-compile-cache');

export type FaultRates = FaultSettings['rates'];

/** However busy the machine is, a command that takes so many times its limit is late. */
const MOST_TIMES = 4;

const NO_FAULTS: FaultRates = { files: 0, database: 0, socket: 0, processes: 0 };

/** What is done to a command while it runs. */
export interface Interruption {
  readonly afterMs: number;
  readonly what: 'Ctrl-C' | 'kill lab' | 'kill trainer';
}

export interface Order {
  /** The words after `lab`. */
  readonly words: readonly string[];
  /** Of its own time. */
  readonly limitMs: number;
  /** Null for none. */
  readonly rates: FaultRates | null;
  readonly interruption?: Interruption | null;
}

export interface CommandEnd {
  readonly words: readonly string[];
  /** The name under which the log of faults has it. */
  readonly name: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Whether it was ended because it did not end by itself. */
  readonly isLate: boolean;
  /** Whether we killed it. */
  readonly isKilled: boolean;
  /** Whether it got a Ctrl-C. */
  readonly isInterrupted: boolean;
}

export interface Place {
  readonly home: string;
  /** The folder of temporary files. */
  readonly temporary: string;
  /** Below these, faults strike. */
  readonly folders: readonly string[];
  readonly log: string;
  readonly seed: number;
}

/** The real `lab` on one home, each command under the faults that its order asks for. */
export class StruckLab {
  readonly #place: Place;
  #commands = 0;

  constructor(place: Place) {
    this.#place = place;
  }

  async run(order: Order): Promise<CommandEnd> {
    const { words, limitMs, interruption = null } = order;
    this.#commands += 1;
    const name = String(this.#commands);
    const begun = performance.now();
    const child = this.#spawn(order, name);
    const texts = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        texts[stream] += text;
      });
    }
    const marks = {
      isLate: false,
      isKilled: interruption?.what === 'kill lab',
      isInterrupted: interruption?.what === 'Ctrl-C',
    };
    const endLate = ({ ms, wallMs }: OwnTime) => {
      if (ms < limitMs && wallMs < MOST_TIMES * limitMs) return;
      marks.isLate = true;
      child.kill('SIGKILL');
    };
    const pids = () => processesOn(this.#place.home);
    const ownTime = new OwnTime({ pids, lookEveryMs: 1000, onLook: endLate });
    const timer = interruption && setTimeout(() => interrupt(child, interruption), interruption.afterMs);
    const [code, signal] = await once(child, 'close');
    ownTime.end();
    if (timer !== null) clearTimeout(timer);
    return { words, name, code, signal, ...texts, ...marks, seconds: (performance.now() - begun) / 1000 };
  }

  #spawn({ words, rates }: Order, name: string): ChildProcess {
    const { home, temporary, folders, log, seed } = this.#place;
    const settings: FaultSettings = { seed, folders, rates: rates ?? NO_FAULTS, log, process: name };
    const faults = { [SETTINGS_VARIABLE]: JSON.stringify(settings), NODE_OPTIONS: `--import=${PRELOAD}` };
    return spawn(process.execPath, [LAB, ...words, '--home', home], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMPDIR: temporary, NODE_COMPILE_CACHE: COMPILED, ...faults },
    });
  }
}

function interrupt(child: ChildProcess, { what }: Interruption): void {
  if (child.exitCode !== null) return;
  if (what === 'Ctrl-C') child.kill('SIGINT');
  if (what === 'kill lab') child.kill('SIGKILL');
  if (what !== 'kill trainer') return;
  for (const trainer of trainersOf(child.pid)) process.kill(trainer, 'SIGKILL');
}
