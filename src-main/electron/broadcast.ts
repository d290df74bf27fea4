import { EventPublisher } from '@orpc/server';

/** Passes values on to all followers, to each from the moment it begins to follow. */
export class Broadcast<Value> {
  readonly #publisher = new EventPublisher<{ value: Value }>();

  publish(value: Value): void {
    this.#publisher.publish('value', value);
  }

  follow(signal: AbortSignal | undefined): AsyncGenerator<Value> {
    return this.#publisher.subscribe('value', { signal });
  }
}
