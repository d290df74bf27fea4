import { tick } from 'svelte';
import type { Completion, Completions } from '../../lib/runs-table/filter-completion.ts';
import { completed, completionsAt } from '../../lib/runs-table/filter-completion.ts';
import type { RunsTable } from './runs-table.svelte.ts';

/** The field of the filter: what it offers while one types, and which of that the keys are at. */
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

  /** Of the completion that Enter takes; -1 for none. */
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

  close(): void {
    this.#offered = null;
    this.#place = -1;
  }

  /** Whether the key was for the list. */
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
    // After a field its values are offered at once.
    this.#offered = completionsAt(this.#table.filter, caret, {
      fields: this.#table.layout.fields,
      runs: this.#table.runs.all,
    });
  }
}
