import { untrack } from 'svelte';

/** Something that the command palette offers, and that may have a key of its own. */
export interface Command {
  readonly id: string;
  /** The command's name in the palette and on the shortcut sheet: 'Go to runs'. */
  readonly title: string;
  /** Where it is listed on the shortcut sheet. */
  readonly group: string;
  /** The keys as `event.key` says them: 'n', 'g r' for one after the other, 'Mod+k' for Ctrl or Cmd; null for none. */
  readonly keys: string | null;
  run(): unknown;
}

/** How long the second key of two may take. */
const SEQUENCE_MS = 1500;

/** The commands of the views that are open. A view adds its own and takes them back when it closes. */
export class Commands {
  #commands = $state.raw<readonly Command[]>([]);
  #begun: { readonly keys: string; readonly at: number } | null = null;

  /** All but those whose keys a later one took over. */
  get all(): readonly Command[] {
    return this.#commands.filter((command) => command.keys === null || this.#withKeys(command.keys) === command);
  }

  /** Returns the function that takes them back, as `$effect` wants it. */
  add(commands: readonly Command[]): () => void {
    // An effect that adds commands does not depend on those that are there.
    const before = untrack(() => this.#commands);
    this.#commands = [...before, ...commands];
    return () => {
      this.#commands = untrack(() => this.#commands).filter((command) => !commands.includes(command));
    };
  }

  /** The command that a key completes; null where it is none's, or begins one. `at` in ms. */
  press(chord: string, at: number): Command | null {
    const begun = this.#begun !== null && at - this.#begun.at <= SEQUENCE_MS ? `${this.#begun.keys} ` : '';
    const command = this.#withKeys(begun + chord) ?? this.#withKeys(chord);
    const begins = command === null && this.#commands.some(({ keys }) => keys?.startsWith(`${chord} `));
    this.#begun = begins ? { keys: chord, at } : null;
    return command;
  }

  /** What was added last wins: a view's over the window's. */
  #withKeys(keys: string): Command | null {
    return this.#commands.findLast((command) => command.keys === keys) ?? null;
  }
}
