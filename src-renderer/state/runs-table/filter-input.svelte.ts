import { tick } from 'svelte';
import type { FilterPlace } from '#core/run-filter-syntax.ts';
import type { Completion, Completions } from '../../lib/runs-table/filter-completion.ts';
import { completed, completionsAt } from '../../lib/runs-table/filter-completion.ts';
import type { RunsTable } from './runs-table.svelte.ts';

/** The filter's text field: the completions that it offers, and the one that the arrow keys have reached. */
export class FilterInput {
  #offered = $state.raw<Completions | null>(null);
  #place = $state(-1);
  #element: HTMLInputElement | null = null;
  readonly #table: RunsTable;

  constructor(table: RunsTable) {
    this.#table = table;
  }

  get offered(): readonly Completion[] {
    return this.#offered?.all ?? [];
  }

  /** The place of the completion that Enter takes; -1 for none. */
  get place(): number {
    return this.#place;
  }

  readonly attach = (element: HTMLInputElement): (() => void) => {
    this.#element = element;
    return () => {
      this.#element = null;
    };
  };

  focus(): void {
    this.#element?.select();
    this.#element?.focus();
  }

  typed(text: string): void {
    this.#table.filter = text;
    const caret = this.#element?.selectionStart ?? text.length;
    this.#offered = completionsAt(text, caret, { fields: this.#table.layout.fields, runs: this.#table.runs.all });
    this.#place = -1;
  }

  /** Goes to a part of the filter, so that what is typed replaces it. */
  edit({ from, to }: FilterPlace): void {
    this.close();
    this.#element?.focus();
    this.#element?.setSelectionRange(from, to);
  }

  /** Takes away a part of the filter; the others stand as they were typed. */
  remove(part: FilterPlace): void {
    const { filter, filterParts } = this.#table;
    const others = filterParts.filter(({ from }) => from !== part.from);
    this.#table.filter = others.map(({ from, to }) => filter.slice(from, to)).join(' ');
    this.close();
    this.#element?.focus();
  }

  /** Replaces the whole filter. */
  replace(text: string): void {
    this.#table.filter = text;
    this.close();
    this.#element?.focus();
  }

  close(): void {
    this.#offered = null;
    this.#place = -1;
  }

  /** Whether the list of completions has used the key. */
  press(key: string): boolean {
    const count = this.offered.length;
    if (count === 0) return false;
    if (key === 'ArrowDown') this.#place = (this.#place + 1) % count;
    else if (key === 'ArrowUp') this.#place = (this.#place <= 0 ? count : this.#place) - 1;
    else if (key === 'Escape') this.close();
    else if ((key === 'Enter' || key === 'Tab') && this.#place >= 0) this.take(this.#place);
    else return false;
    return true;
  }

  take(place: number): void {
    const offered = this.#offered;
    const completion = offered?.all[place];
    if (offered === null || completion === undefined) return;
    const [text, caret] = completed(this.#table.filter, offered, completion);
    this.typed(text);
    this.close();
    void this.#putCaret(caret);
  }

  async #putCaret(caret: number): Promise<void> {
    await tick();
    this.#element?.focus();
    this.#element?.setSelectionRange(caret, caret);
    // Once a field is completed, its values are offered.
    this.#offered = completionsAt(this.#table.filter, caret, {
      fields: this.#table.layout.fields,
      runs: this.#table.runs.all,
    });
  }
}
