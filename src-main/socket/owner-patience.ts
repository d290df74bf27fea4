import { ComputedBetween } from '../setup/process-state.mjs';
import { type OwnerProcess, ownerProcess } from './owner-process.ts';

/** An owner that is starting or ending neither answers nor has gone: a program waits for so long ... */
const PATIENCE_MS = 3000;
/** ... and for so long where one program after another owns the home, each for a moment. */
const CROWDED_MS = 30_000;
/** A process that was stopped does not end by itself. */
const STOPPED_MS = 500;
/** An owner that computes may be looking at every row of a large database whose last owner was killed. */
const BUSY_MS = 20_000;
/** How often it is looked whether it computes ... */
const LOOK_MS = 500;
/** ... and the hundredths of a second in between that do not count as work. */
const IDLE_TICKS = 5;

/** How long a program waits for the owner of a home to serve it, or to give the home up. */
export class OwnerPatience {
  readonly #home: string;
  readonly #beganAt = performance.now();
  readonly #computed = new ComputedBetween();
  #owner: OwnerProcess | null = null;
  /** Since when this owner has the home, as far as was seen; when it was last looked at, and when it was last seen to compute. */
  #since = this.#beganAt;
  #lookedAt = 0;
  #busyAt = 0;

  constructor(home: string) {
    this.#home = home;
  }

  /** The process that owns the home now; null where none does, or where the system does not tell. */
  look(): OwnerProcess | null {
    const owner = ownerProcess(this.#home);
    const now = performance.now();
    if (owner?.pid !== this.#owner?.pid) this.#since = now;
    if (owner !== null && now - this.#lookedAt >= LOOK_MS) {
      if ((this.#computed.look(owner.pid) ?? 0) > IDLE_TICKS) this.#busyAt = now;
      this.#lookedAt = now;
    }
    this.#owner = owner;
    return owner;
  }

  /** Whether it has waited long enough for the owner that was seen last. */
  get isOver(): boolean {
    const now = performance.now();
    const patienceMs = this.#owner?.activity === 'stopped' ? STOPPED_MS : PATIENCE_MS;
    const isIdle = now - Math.max(this.#since, this.#busyAt) > patienceMs;
    return isIdle || now - this.#since > BUSY_MS || now - this.#beganAt > CROWDED_MS;
  }
}
