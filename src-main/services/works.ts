import { EventPublisher } from '@orpc/server';
import { AppError } from '#core/errors.ts';
import type { Clock } from '#core/ports.ts';
import type { WorkNews, WorkRecord } from '#core/work.ts';

/** What is told at the beginning of a work. */
export interface WorkToBegin {
  readonly title: string;
  readonly runId?: string | null;
  /** Ends the work early; a work without it cannot be cancelled. */
  readonly cancel?: () => void;
}

/** A work under way, for whoever does it. */
export interface Work {
  tell(news: WorkNews): void;
  /** Takes it off the list; whatever is told afterwards is lost. */
  end(): void;
}

interface OpenWork {
  record: WorkRecord;
  readonly cancel: (() => void) | undefined;
}

/** The least time between two lists: what is over within it is never listed. */
const PACE_MS = 100;

/** All long works of this process, and who follows them. */
export class Works {
  readonly #clock: Clock;
  readonly #publisher = new EventPublisher<{ works: readonly WorkRecord[] }>({ maxBufferedEvents: 10 });
  readonly #open = new Map<string, OpenWork>();
  #begun = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Whether the last list that was published named a work. */
  #isListed = false;

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** The works under way, in the order in which they began. */
  get list(): readonly WorkRecord[] {
    return [...this.#open.values()].map(({ record }) => record);
  }

  begin({ title, runId = null, cancel }: WorkToBegin): Work {
    this.#begun += 1;
    const id = `work-${this.#begun}`;
    const startedAt = this.#clock.now();
    const record = { id, title, runId, detail: null, share: null, startedAt, canCancel: cancel !== undefined };
    const work: OpenWork = { record, cancel };
    this.#open.set(id, work);
    this.#changed();
    return {
      tell: (news) => {
        work.record = { ...work.record, ...news };
        if (this.#open.has(id)) this.#changed();
      },
      end: () => {
        if (this.#open.delete(id)) this.#changed();
      },
    };
  }

  /** Does something that is listed while it lasts. */
  async during<Result>(about: WorkToBegin, does: (work: Work) => Promise<Result>): Promise<Result> {
    const work = this.begin(about);
    try {
      return await does(work);
    } finally {
      work.end();
    }
  }

  /** The same for work that a signal ends: with the caller's, and where it is cancelled. */
  duringCancellable<Result>(
    { title, asked, ...about }: Omit<WorkToBegin, 'cancel'> & { readonly asked?: AbortSignal | undefined },
    does: (signal: AbortSignal, work: Work) => Promise<Result>,
  ): Promise<Result> {
    const cancelled = new AbortController();
    const cancel = () => cancelled.abort(new AppError('unavailable', `Cancelled: ${lowered(title)}.`));
    const signal = asked === undefined ? cancelled.signal : AbortSignal.any([asked, cancelled.signal]);
    return this.during({ title, ...about, cancel }, (work) => does(signal, work));
  }

  /** Throws 'not-found' for a work that is over, 'conflict' for one that cannot be cancelled. */
  cancel(id: string): string {
    const work = this.#open.get(id);
    if (work === undefined) throw new AppError('not-found', 'This work is over: there is nothing to cancel.');
    if (work.cancel === undefined) throw new AppError('conflict', `${work.record.title}: this cannot be cancelled.`);
    work.cancel();
    return id;
  }

  /** The list now, then each list that differs, at most ten a second. */
  follow(signal: AbortSignal | undefined): AsyncGenerator<readonly WorkRecord[]> {
    return startingWith(this.list, this.#publisher.subscribe('works', { signal }));
  }

  #changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const { list } = this;
      if (list.length > 0 || this.#isListed) this.#publisher.publish('works', list);
      this.#isListed = list.length > 0;
    }, PACE_MS).unref();
  }
}

async function* startingWith<Value>(first: Value, others: AsyncGenerator<Value>): AsyncGenerator<Value> {
  yield first;
  yield* others;
}

function lowered(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}
