import { EventPublisher } from '@orpc/server';
import type { RunEvent } from '#core/run-event.ts';

/** Hands events on, once they are stored, to all who follow. */
export class EventHub {
  /** A slow reader loses its oldest events rather than the program its memory; what is stored is never lost. */
  readonly #publisher = new EventPublisher<{ event: RunEvent }>({ maxBufferedEvents: 10_000 });

  publish(event: RunEvent): void {
    this.#publisher.publish('event', event);
  }

  /** Begins to listen at once, not at the first `next`. */
  follow(accepts: (event: RunEvent) => boolean, signal: AbortSignal | undefined): AsyncGenerator<RunEvent> {
    return filtered(this.#publisher.subscribe('event', { signal }), accepts);
  }
}

async function* filtered(
  events: AsyncIterable<RunEvent>,
  accepts: (event: RunEvent) => boolean,
): AsyncGenerator<RunEvent> {
  for await (const event of events) if (accepts(event)) yield event;
}
