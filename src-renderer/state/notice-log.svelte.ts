import { z } from 'zod';
import type { PageClient } from '#contract/client.ts';
import { momentNumber } from '#core/ranges.ts';
import { DraftKeeper } from './draft-keeper.ts';

/** Where the list is kept over restarts. */
const DRAFT = 'notices';

/** How many are kept, the newest, and how long a text may be. */
const MOST_KEPT = 200;
const MOST_LETTERS = 2000;

const entrySchema = z.strictObject({
  id: z.int().min(0),
  /** Before the text: "Failed", "Interrupted"; null for what was done. */
  label: z.string().max(100).nullable(),
  text: z.string().max(MOST_LETTERS),
  /** Milliseconds since 1970. */
  at: momentNumber,
  isRead: z.boolean(),
  /** The run that it is about; null for none. */
  runId: z.string().max(200).nullable(),
});

const keptSchema = z.strictObject({
  entries: z.array(entrySchema).max(MOST_KEPT),
  /** What ended before this moment was told, or is too old to be: milliseconds since 1970. */
  toldUntil: momentNumber,
});

/** A notice on the list. */
export type NoticeEntry = z.infer<typeof entrySchema>;
export type NoticeToKeep = Pick<NoticeEntry, 'label' | 'text' | 'runId' | 'isRead'>;

/** The list of all notices, which outlives the page. */
export class NoticeLog {
  #entries = $state.raw<readonly NoticeEntry[]>([]);
  #toldUntil = Date.now();
  #isLoaded = false;
  readonly #keeper: DraftKeeper;

  constructor(api: PageClient) {
    // What cannot be kept is still on the list of this page; the next change tries again.
    this.#keeper = new DraftKeeper(api, DRAFT, () => undefined);
  }

  /** Newest first. */
  get entries(): readonly NoticeEntry[] {
    return this.#entries;
  }

  readonly unread = $derived(this.#entries.filter(({ isRead }) => !isRead).length);

  /** The moment up to which ends of runs were told before this page; milliseconds since 1970. */
  get toldUntil(): number {
    return this.#toldUntil;
  }

  /** Reads what earlier pages kept. What this one has said meanwhile stays in front. */
  async load(): Promise<void> {
    const kept = keptSchema.safeParse(await this.#keeper.read());
    this.#isLoaded = true;
    // What happens from now on while no page is open is told to the next one.
    if (!kept.success) return this.#show(this.#entries);
    const { entries, toldUntil } = kept.data;
    this.#toldUntil = toldUntil;
    const first = 1 + Math.max(0, ...entries.map(({ id }) => id));
    const said = this.#entries.map((entry) => ({ ...entry, id: entry.id + first }));
    this.#entries = [...said, ...entries].slice(0, MOST_KEPT);
  }

  add({ text, ...notice }: NoticeToKeep): void {
    const id = 1 + Math.max(0, ...this.#entries.map((entry) => entry.id));
    const entry = { ...notice, text: text.slice(0, MOST_LETTERS), id, at: Date.now() };
    this.#show([entry, ...this.#entries].slice(0, MOST_KEPT));
  }

  /** Marks as read what says this; what is dismissed has been read. */
  markRead(text: string): void {
    this.#show(this.#entries.map((entry) => (entry.text === text ? { ...entry, isRead: true } : entry)));
  }

  markAllRead(): void {
    if (this.unread > 0) this.#show(this.#entries.map((entry) => ({ ...entry, isRead: true })));
  }

  clear(): void {
    this.#show([]);
  }

  #show(entries: readonly NoticeEntry[]): void {
    this.#entries = entries;
    // Before the former list was read, this one would take its place.
    if (this.#isLoaded) this.#keeper.keep({ entries, toldUntil: Date.now() });
  }
}
