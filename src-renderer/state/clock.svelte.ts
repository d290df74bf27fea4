import { createSubscriber } from 'svelte/reactivity';

/** The time now, in ms since 1970. It ticks only while something shown reads it, and stands still in a hidden window. */
export class PageClock {
  readonly #second = ticking(1000);
  readonly #minute = ticking(30_000);

  /** The time for what counts seconds, such as a run that trains. */
  get second(): number {
    this.#second();
    return Date.now();
  }

  /** The time for "5 min ago". */
  get minute(): number {
    this.#minute();
    return Date.now();
  }
}

function ticking(intervalMs: number): () => void {
  return createSubscriber((update) => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const follow = () => {
      clearInterval(timer);
      if (document.hidden) return;
      update();
      timer = setInterval(update, intervalMs);
    };
    timer = document.hidden ? undefined : setInterval(update, intervalMs);
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  });
}
