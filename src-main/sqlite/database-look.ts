import { AppError } from '#core/errors.ts';
import { Thread } from '../threads/thread.ts';
import type { LaterLook } from './home-state.ts';
import type { LookFunctions } from './look-worker.ts';

const LOOK_WORKER = new URL('./look-worker.ts', import.meta.url);

/** A look at a whole database while its owner uses it: in a thread, which ends with its verdict. */
export class DatabaseLook {
  /** What is damaged, in one sentence; null before the verdict, and where nothing is. */
  damage: string | null = null;
  /** One sentence for each run that is shown wrongly. */
  wrong: readonly string[] = [];
  /** Resolves with the verdict; never rejects. */
  readonly done: Promise<void>;

  constructor(path: string, { content }: LaterLook, note: (isSound: boolean) => Promise<void>) {
    this.done = this.#look(path, content, note);
  }

  async #look(path: string, content: LaterLook['content'], note: (isSound: boolean) => Promise<void>): Promise<void> {
    const thread = new Thread<LookFunctions>(LOOK_WORKER, { name: 'look', does: 'looks at the database' });
    try {
      const { damage, wrong } = await thread.remote.look(path, content);
      this.damage = damage;
      this.wrong = wrong;
      await note(damage === null);
    } catch (error) {
      // Without a verdict the database stays one that nobody has looked at, and the next opening looks again.
      if (!(error instanceof AppError)) throw error;
    } finally {
      await thread.close();
    }
  }
}
