import type { PageClient } from '#contract/client.ts';
import type { OpenedFile, Ownership } from '#contract/desktop.ts';
import type { QueueOutlook } from '#core/queue/outlook.ts';
import type { Change } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import type { WorkRecord } from '#core/work.ts';

type Listener<Value> = (value: Value) => void;

/** What a break of a stream brings with it. */
interface Breaks {
  /** The stream was opened again. */
  readonly onAgain?: () => void;
  readonly onEnd?: () => void;
}

/** How long the page waits before it listens again, where a stream broke. */
const RETRY_MS = 250;

/**
 * The streams of the main process, each followed once for the whole page. After a break (another program took the home
 * over, or gave it up) everything may have changed: listeners of changes then hear a change without ids of each kind.
 */
export class Live {
  ownership = $state<Ownership>('looking');
  readonly #api: PageClient;
  readonly #onChange = new Set<Listener<Change>>();
  readonly #onEvent = new Set<Listener<RunEvent>>();
  readonly #onNavigation = new Set<Listener<string>>();
  readonly #onNotice = new Set<Listener<string>>();
  readonly #onOpened = new Set<Listener<OpenedFile>>();
  readonly #onWorks = new Set<Listener<readonly WorkRecord[]>>();
  readonly #onOutlook = new Set<Listener<QueueOutlook | null>>();
  readonly #ended = new AbortController();

  constructor(api: PageClient) {
    this.#api = api;
  }

  start(): void {
    const { signal } = this.#ended;
    void this.#follow(
      () => this.#api.desktop.ownership({}, { signal }),
      (ownership) => {
        this.ownership = ownership;
      },
    );
    void this.#follow(
      () => this.#api.desktop.navigation({}, { signal }),
      ({ hash }) => tell(this.#onNavigation, hash),
    );
    void this.#follow(
      () => this.#api.desktop.notices({}, { signal }),
      ({ text }) => tell(this.#onNotice, text),
    );
    void this.#follow(
      () => this.#api.desktop.opened({}, { signal }),
      (opened) => tell(this.#onOpened, opened),
    );
    void this.#follow(
      () => this.#api.works.follow({}, { signal }),
      (works) => tell(this.#onWorks, works),
      { onEnd: () => tell(this.#onWorks, []) },
    );
    void this.#follow(
      () => this.#api.queue.outlook({}, { signal }),
      (outlook) => tell(this.#onOutlook, outlook),
      { onEnd: () => tell(this.#onOutlook, null) },
    );
    void this.#follow(
      () => this.#api.events.follow({}, { signal }),
      (event) => tell(this.#onEvent, event),
    );
    void this.#follow(
      () => this.#api.changes.follow({}, { signal }),
      (change) => tell(this.#onChange, change),
      {
        onAgain: () => {
          for (const kind of [
            'runs',
            'studies',
            'datasets',
            'weights',
            'machines',
            'views',
            'settings',
            'queue',
          ] as const)
            tell(this.#onChange, { kind, ids: [] });
        },
      },
    );
  }

  stop(): void {
    this.#ended.abort();
  }

  /** Returns the function that ends it, as an effect or an attachment wants it. */
  onChange(listener: Listener<Change>): () => void {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }

  onEvent(listener: Listener<RunEvent>): () => void {
    this.#onEvent.add(listener);
    return () => this.#onEvent.delete(listener);
  }

  /** The page's address that the menu, the tray or a notification asks for. */
  onNavigation(listener: Listener<string>): () => void {
    this.#onNavigation.add(listener);
    return () => this.#onNavigation.delete(listener);
  }

  /** What happened outside of the page, in a sentence. */
  onNotice(listener: Listener<string>): () => void {
    this.#onNotice.add(listener);
    return () => this.#onNotice.delete(listener);
  }

  /** What the user has dropped on the window, or opened with the app. */
  onOpened(listener: Listener<OpenedFile>): () => void {
    this.#onOpened.add(listener);
    return () => this.#onOpened.delete(listener);
  }

  /** All long works of the owner of the home, whenever they change; none where it is gone. */
  onWorks(listener: Listener<readonly WorkRecord[]>): () => void {
    this.#onWorks.add(listener);
    return () => this.#onWorks.delete(listener);
  }

  /** How long what trains and waits will take, whenever that is told; null where nobody tells it. */
  onOutlook(listener: Listener<QueueOutlook | null>): () => void {
    this.#onOutlook.add(listener);
    return () => this.#onOutlook.delete(listener);
  }

  async #follow<Value>(
    open: () => Promise<AsyncIterable<Value>>,
    listener: Listener<Value>,
    { onAgain = () => undefined, onEnd = () => undefined }: Breaks = {},
  ): Promise<void> {
    for (let isAgain = false; !this.#ended.signal.aborted; isAgain = true) {
      try {
        const values = await open();
        if (isAgain) onAgain();
        for await (const value of values) listener(value);
      } catch {
        // The stream's end is the owner's: `ownership` says which, and the next turn listens to its successor.
      }
      onEnd();
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function tell<Value>(listeners: Iterable<Listener<Value>>, value: Value): void {
  for (const listener of [...listeners]) listener(value);
}
