import type { AnyContractProcedure } from '@orpc/contract';
import { contract, DONE_ELSEWHERE } from '#contract/contract.ts';
import type { Access } from '#contract/procedure.ts';
import type { AppError } from '#core/errors.ts';
import { ComputedBetween, isAtWork } from '../setup/process-state.mjs';
import { Silence } from '../threads/silence.ts';
import { idleOwner } from './owner-error.ts';
import type { OwnerProcess } from './owner-process.ts';

/** An owner that lives, but does nothing for so long, does not answer a question any more: a part of it hangs. */
const READING_SECONDS = 3.5;
/** Before it says that something was changed, it may wait for its trainer to save, or for data that another program reads. */
const CHANGE_SECONDS = 600;
/** What an owner on another machine does is not seen from here, so an answer gets as long as any honest one takes. */
const FAR_SECONDS = 120;
/** It is looked so often whether it works ... */
const LOOK_SECONDS = 0.5;
/** ... and these hundredths of a second in between are what its signs of life take. */
const IDLE_TICKS = 2;

export interface Asked {
  readonly home: string;
  readonly owner: OwnerProcess | null;
  /** Whether it is on another machine. */
  readonly isFar?: boolean;
  /** The noun and the verb of the procedure. */
  readonly path: readonly string[];
}

/** The answer, or a rejection once the owner has done nothing for too long without giving it. */
export function inTime<Answer>(answer: Promise<Answer>, { home, owner, path, isFar = false }: Asked): Promise<Answer> {
  const least = limitOf(path);
  if (least === null) return answer;
  const limit = isFar ? Math.max(least, FAR_SECONDS) : least;
  const work = new Work(owner);
  return new Promise((resolve, reject) => {
    const silence = new Silence((seconds) => {
      if (seconds % LOOK_SECONDS === 0 && work.isGoingOn()) silence.reset();
      else if (seconds >= limit) reject(idleOwner(home, owner, seconds) satisfies AppError);
    });
    answer.then(resolve, reject).finally(() => silence.end());
  });
}

/** Seconds; null where the owner is idle by right. */
function limitOf([noun = '', verb = '']: readonly string[]): number | null {
  if (DONE_ELSEWHERE.has(`${noun}.${verb}`)) return null;
  const entry: AnyContractProcedure | undefined = Reflect.get(Reflect.get(contract, noun) ?? {}, verb);
  const access: Partial<Access> = entry?.['~orpc'].meta ?? {};
  return access.effect === 'reads' ? READING_SECONDS : CHANGE_SECONDS;
}

/** Whether the owner works; an owner that the system does not tell does not, as far as is known. */
class Work {
  readonly #owner: OwnerProcess | null;
  readonly #computed = new ComputedBetween();

  constructor(owner: OwnerProcess | null) {
    this.#owner = owner;
    if (owner !== null) this.#computed.look(owner.pid);
  }

  isGoingOn(): boolean {
    if (this.#owner === null) return false;
    return (this.#computed.look(this.#owner.pid) ?? 0) > IDLE_TICKS || isAtWork(this.#owner.pid);
  }
}
