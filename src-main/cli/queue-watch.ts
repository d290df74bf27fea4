import type { LabClient } from '#contract/client.ts';
import { QueueStandsStill } from '#core/queue/hindrance.ts';
import { obstacleOf } from '#core/queue/queue.ts';
import type { Context } from './context.ts';

/** Says why the runs of a command wait where none can train. A command that nobody sits in front of ends instead. */
export class QueueWatch {
  readonly #context: Context;
  /** The runs that the command waits for. */
  readonly #waitsFor: () => readonly string[];
  #told: string | null = null;

  constructor(context: Context, waitsFor: () => readonly string[]) {
    this.#context = context;
    this.#waitsFor = waitsFor;
  }

  /** Whether a person sees what is said and can end the command. */
  static waits({ shell }: Context): boolean {
    return shell.stderr.isTerminal;
  }

  /** Never resolves. Rejects with a QueueStandsStill in a command that does not wait. */
  async follow(client: LabClient, signal: AbortSignal): Promise<never> {
    try {
      const changes = await client.changes.follow({}, { signal });
      await this.#look(client);
      for await (const { kind } of changes) if (kind === 'queue') await this.#look(client);
    } catch (error) {
      // The end of the owner, and of the command, is told elsewhere.
      if (error instanceof QueueStandsStill) throw error;
    }
    return new Promise(() => undefined);
  }

  async #look(client: LabClient): Promise<void> {
    const obstacle = obstacleOf(await client.queue.show({}), this.#waitsFor());
    const sentence = obstacle?.sentence ?? null;
    if (sentence === this.#told) return;
    this.#told = sentence;
    if (obstacle === null) return this.#context.terminal.note('The queue goes on.');
    if (!QueueWatch.waits(this.#context)) throw new QueueStandsStill(obstacle.sentence);
    this.#context.terminal.note(`${obstacle.sentence} Ctrl-C ends this command; its runs stay in the queue.`);
  }
}
