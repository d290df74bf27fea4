import { activityOf, ComputedBetween } from '../setup/process-state.mjs';

/** How often a trainer that was told something is looked at. */
const PERIOD_MS = 1000;
/** A trainer that was stopped from outside cannot obey: so many looks in a row find it stopped before it is ended. */
const MOST_STOPPED = 2;
/** One that computes nothing for so many looks hangs: a step or a checkpoint that takes long computes or writes. */
const MOST_IDLE = 60;

/** The part of a trainer's process that is looked at. */
export interface WatchedProcess {
  readonly pid: number | undefined;
  kill(): void;
}

/**
 * Ends a process that was told to do something and cannot: nobody may wait for it, since whoever told it closes the home, or shows
 * that it measures. Its messages are signs that it works.
 */
export class Obedience {
  readonly #process: WatchedProcess;
  #timer: NodeJS.Timeout | undefined;
  readonly #computed = new ComputedBetween();
  #stopped = 0;
  #idle = 0;
  #reason: string | null = null;

  constructor(process: WatchedProcess) {
    this.#process = process;
  }

  /** Why it was ended; null where it was not ended here. */
  get reason(): string | null {
    return this.#reason;
  }

  /** The process was told something that somebody waits for. */
  expect(): void {
    this.#timer ??= setInterval(() => this.#look(), PERIOD_MS);
  }

  /** The process sent a message. */
  heard(): void {
    this.#idle = 0;
  }

  /** The process is gone. */
  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    this.#stopped = activityOf(pid) === 'stopped' ? this.#stopped + 1 : 0;
    this.#idle = this.#computed.look(pid) === 0 ? this.#idle + 1 : 0;
    if (this.#stopped >= MOST_STOPPED)
      this.#kill('The trainer had been stopped from outside (SIGSTOP) and could not obey: it was ended.');
    if (this.#idle >= MOST_IDLE)
      this.#kill(`The trainer did nothing for ${MOST_IDLE} s after it was told something: it was ended.`);
  }

  #kill(reason: string): void {
    this.#reason ??= reason;
    this.#process.kill();
  }
}

/** Whether somebody waits for what a trainer does at this command; a run takes the time that it takes. */
export function isAwaited(command: { readonly type: string }): boolean {
  return command.type !== 'start';
}
