import { EventPublisher } from '@orpc/server';

/** Hands values on to all who follow, from when they begin. */
export class Broadcast<Value> {
  readonly #publisher = new EventPublisher<{ value: Value }>();

  publish(value: Value): void {
    this.#publisher.publish('value', value);
  }

  follow(signal: AbortSignal | undefined): AsyncGenerator<Value> {
    return this.#publisher.subscribe('value', { signal });
  }
}
