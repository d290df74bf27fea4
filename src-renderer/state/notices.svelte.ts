import { linesToCopy, messageOf } from '#core/errors.ts';
import type { NoticeLog } from './notice-log.svelte.ts';

export interface NoticeAction {
  readonly title: string;
  run(): Promise<unknown>;
}

/** The end of a run that nobody asked for. */
export interface RunEndNotice {
  /** "Interrupted"; null where the run goes on by itself. */
  readonly label: string | null;
  readonly text: string;
  readonly runId: string;
  readonly actions: readonly NoticeAction[];
}

export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  /** Before the text: "Failed"; null for what was done. */
  readonly label: string | null;
  readonly text: string;
  /** Lines to be copied as they stand, to which the text refers; mostly none. */
  readonly lines: readonly string[];
  /** What takes it back, as a button next to the text. */
  readonly undo: (() => Promise<unknown>) | null;
  /** What else can be done about it, as buttons. */
  readonly actions: readonly NoticeAction[];
  /** How often the same was said while it stood there. */
  readonly times: number;
}

/** How long what was done stands there, with and without its undo. What went wrong, or has something to do about it, stays until it was read. */
const SHOWN_MS = 8000;
const UNDO_MS = 12_000;

/** More would hide the page. */
const MOST_SHOWN = 4;

/** Short messages at the window's lower edge: what was done, with its undo, and what went wrong. */
export class Notices {
  #notices = $state.raw<readonly Notice[]>([]);
  #count = 0;
  readonly #log: Pick<NoticeLog, 'add' | 'markRead'>;
  /** What can still be taken back, the last one last: longer than its notice stands there. */
  readonly #undos: { readonly text: string; readonly work: NonNullable<Notice['undo']> }[] = [];
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  get all(): readonly Notice[] {
    return this.#notices;
  }

  /** The newest of them. */
  get shown(): readonly Notice[] {
    return this.#notices.slice(-MOST_SHOWN);
  }

  /** Gets all that is said, to be kept. */
  constructor(log: Pick<NoticeLog, 'add' | 'markRead'> = { add: () => undefined, markRead: () => undefined }) {
    this.#log = log;
  }

  done(text: string, undo: Notice['undo'] = null): void {
    if (undo !== null) this.#undos.push({ text, work: undo });
    this.#add({ kind: 'done', label: null, text, lines: [], undo, actions: [] });
    this.#log.add({ label: null, text, runId: null, isRead: true });
  }

  failed(error: unknown): void {
    const text = messageOf(error);
    this.#add({ kind: 'failed', label: 'Failed', text, lines: linesToCopy(error), undo: null, actions: [] });
    this.#log.add({ label: 'Failed', text, runId: null, isRead: false });
  }

  ended({ runId, ...said }: RunEndNotice): void {
    const { label, text } = said;
    this.#add({ kind: label === null ? 'done' : 'failed', ...said, lines: [], undo: null });
    this.#log.add({ label, text, runId, isRead: false });
  }

  /** Runs what a button asks for; an error becomes a notice. Undefined where it failed. */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  /** Takes back what a notice told of, once. */
  async undo({ id, undo }: Pick<Notice, 'id' | 'undo'>): Promise<void> {
    this.dismiss(id);
    const place = this.#undos.findLastIndex(({ work }) => work === undo);
    if (place < 0 || undo === null) return;
    this.#undos.splice(place, 1);
    await this.attempt(undo);
  }

  /** Takes back the last thing that can be, also where its notice has gone. */
  async undoLast(): Promise<void> {
    const last = this.#undos.at(-1);
    if (last === undefined) return this.done('There is nothing to take back.');
    const notice = this.#notices.find(({ undo }) => undo === last.work);
    await this.undo({ id: notice?.id ?? Number.NaN, undo: last.work });
    this.done(`Taken back: ${last.text}`);
  }

  /** Takes it away, as somebody asked for who has read it. */
  read({ id, text }: Notice): void {
    this.#log.markRead(text);
    this.dismiss(id);
  }

  dismiss(id: number): void {
    this.#stopTimer(id);
    this.#notices = this.#notices.filter((notice) => notice.id !== id);
  }

  dismissAll(): void {
    for (const notice of this.#notices) this.read(notice);
  }

  /** While one reads or reaches for a button, none goes away. */
  hold(): void {
    for (const { id } of this.#notices) this.#stopTimer(id);
  }

  /** Their time begins anew. */
  release(): void {
    for (const notice of this.#notices) this.#startTimer(notice);
  }

  #add(said: Omit<Notice, 'id' | 'times'>): void {
    const same = this.#notices.find(
      ({ kind, text, undo }) => undo === null && kind === said.kind && text === said.text,
    );
    if (same !== undefined && said.undo === null) this.dismiss(same.id);
    const notice = { ...said, id: this.#count++, times: (same?.times ?? 0) + 1 };
    this.#notices = [...this.#notices, notice];
    this.#startTimer(notice);
  }

  #startTimer({ id, kind, undo, actions }: Notice): void {
    this.#stopTimer(id);
    if (kind === 'failed' || actions.length > 0) return;
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), undo === null ? SHOWN_MS : UNDO_MS),
    );
  }

  #stopTimer(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}
