/** The least time between two lines. */
const SILENCE_MS = 5000;
const MINUTE_SECONDS = 60;

export interface ProgressOptions {
  /** What is done to each image. Default: "decoded". */
  readonly verb?: string;
  /** Returns milliseconds. */
  readonly now?: () => number;
}

/** Tells how far the work on images is, at most every five seconds: "decoded 12,345 of 100,000 images, 40 s left". */
export class DecodingProgress {
  readonly #verb: string;
  readonly #total: number;
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  readonly #startMs: number;
  #saidMs: number;
  #done = 0;

  constructor(
    total: number,
    say: (line: string) => void,
    { verb = 'decoded', now = () => performance.now() }: ProgressOptions = {},
  ) {
    this.#verb = verb;
    this.#total = total;
    this.#say = say;
    this.#now = now;
    this.#startMs = now();
    this.#saidMs = this.#startMs;
  }

  add(images: number): void {
    this.#done += images;
    const now = this.#now();
    if (now - this.#saidMs < SILENCE_MS) return;
    this.#saidMs = now;
    const secondsLeft = ((now - this.#startMs) * (this.#total - this.#done)) / this.#done / 1000;
    this.#say(
      `${this.#verb} ${countText(this.#done)} of ${countText(this.#total)} images, ${durationText(secondsLeft)} left`,
    );
  }
}

function countText(count: number): string {
  return count.toLocaleString('en-US');
}

function durationText(seconds: number): string {
  return seconds < 2 * MINUTE_SECONDS ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / MINUTE_SECONDS)} min`;
}
