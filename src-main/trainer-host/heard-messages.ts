import { messageOf } from '#core/errors.ts';
import type { TrainerDeath, TrainerMessage } from '#core/ports.ts';
import { checkTrainerMessage } from '#core/trainer-message.ts';
import { reportsTheEnd } from './host-port.ts';

interface Listeners {
  readonly onMessage: (message: TrainerMessage) => void;
  /** Ends the process of the trainer. */
  readonly kill: () => void;
}

/** What a trainer says. Nothing is passed on that no trainer can say, and nothing after it: its process is ended. */
export class HeardMessages {
  readonly #listeners: Listeners;
  #isOver = false;
  #nonsense: string | null = null;

  constructor(listeners: Listeners) {
    this.#listeners = listeners;
  }

  hear(message: unknown): void {
    if (this.#nonsense !== null) return;
    try {
      checkTrainerMessage(message);
    } catch (error) {
      this.#nonsense = messageOf(error);
      this.#listeners.kill();
      return;
    }
    this.#isOver = reportsTheEnd(message);
    this.#listeners.onMessage(message);
  }

  /** What the end of the process means after all that was heard; null where the trainer reported the end itself. */
  endedBy(death: TrainerDeath): TrainerDeath | null {
    if (this.#nonsense !== null) return { reason: this.#nonsense, isAccident: false, isNonsense: true };
    return this.#isOver ? null : death;
  }
}
