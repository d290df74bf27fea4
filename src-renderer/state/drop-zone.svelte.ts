/** How long no news of a drag means that it has left: the system tells of it several times a second. */
const GONE_MS = 400;

/** What is said while something is dragged over the window. */
interface Dragged {
  /** Null where the system does not tell before the drop. */
  readonly count: number | null;
  /** As the system calls it, which goes by the ending of the name; empty where it does not tell. */
  readonly type: string;
}

/** Files that are dragged over the window: whether there are any, and what a drop will do. What they are is seen once they are dropped. */
export class DropZone {
  #dragged = $state.raw<Dragged | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Null while nothing is dragged. */
  get sentence(): string | null {
    const dragged = this.#dragged;
    if (dragged === null) return null;
    if (dragged.count !== null && dragged.count > 1) {
      return 'One at a time, please: a single file, or the one folder that holds all files of a data set.';
    }
    return dragged.type === 'application/json' ? SPEC : ANYTHING;
  }

  over(event: DragEvent): void {
    const { dataTransfer } = event;
    if (!dataTransfer?.types.includes('Files')) return;
    // Else the window refuses the drop.
    event.preventDefault();
    dataTransfer.dropEffect = 'copy';
    const items = [...dataTransfer.items].filter(({ kind }) => kind === 'file');
    this.#dragged = { count: items.length === 0 ? null : items.length, type: items[0]?.type ?? '' };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), GONE_MS);
  }

  /** The preload has sent what was dropped to the main process, which tells what it is. */
  drop(event: DragEvent): void {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    this.end();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#dragged = null;
  }
}

const SPEC = 'Drop the spec to fill the form of a new study with it.';
const ANYTHING =
  'Drop it to open it: a folder or a file of images is added as a data set, a spec fills the form of a new study, event lines (.ndjson) are imported, weights (.safetensors) are added.';
