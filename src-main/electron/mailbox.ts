import { Broadcast } from './broadcast.ts';

/** As many values as a page can want to hear after it was away. */
const MOST_KEPT = 10;

/** Passes values to the page that follows; while no page does, keeps them for the next one. */
export class Mailbox<Value> {
  readonly #broadcast = new Broadcast<Value>();
  readonly #followers = new Set<AbortSignal | undefined>();
  #kept: Value[] = [];

  put(value: Value): void {
    if (this.#followers.size > 0) this.#broadcast.publish(value);
    else this.#kept = [...this.#kept, value].slice(-MOST_KEPT);
  }

  follow(signal: AbortSignal | undefined): AsyncGenerator<Value> {
    this.#followers.add(signal);
    signal?.addEventListener('abort', () => this.#followers.delete(signal), { once: true });
    return withKept(this.#kept.splice(0), this.#broadcast.follow(signal));
  }
}

async function* withKept<Value>(kept: readonly Value[], values: AsyncGenerator<Value>): AsyncGenerator<Value> {
  yield* kept;
  yield* values;
}
