/** Something that the command palette offers, and that may have a key of its own. */
export interface Command {
  readonly id: string;
  /** In the palette and on the shortcut sheet: 'Go to runs'. */
  readonly title: string;
  /** Where it is listed on the shortcut sheet. */
  readonly group: string;
  /** As `event.key` says it, after modifiers: 'n', 'g r' for one after the other, 'Mod+k' for Ctrl or Cmd. Null for none. */
  readonly keys: string | null;
  run(): unknown;
}

/** The commands of the views that are open. A view adds its own and takes them back when it closes. */
export class Commands {
  #commands = $state.raw<readonly Command[]>([]);

  get all(): readonly Command[] {
    return this.#commands;
  }

  /** Returns the function that takes them back, as `$effect` wants it. */
  add(commands: readonly Command[]): () => void {
    this.#commands = [...this.#commands, ...commands];
    return () => {
      this.#commands = this.#commands.filter((command) => !commands.includes(command));
    };
  }
}
