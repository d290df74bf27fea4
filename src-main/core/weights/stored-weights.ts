/** What the header of a file of weights says, before any value is read. */
export interface StoredWeights {
  /** The shapes of its tensors, by their names. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file of weights: its header, its size, and the SHA-256 of all of it. */
export interface WeightsContent {
  readonly stored: StoredWeights;
  readonly bytes: number;
  readonly sha256: string;
}

/** The counts of batches that PyTorch's batch norms keep: no network here reads them. */
const COUNT_OF_BATCHES = /(^|\.)num_batches_tracked$/;

/** What wrappers of PyTorch put before every name of a state dict. */
const WRAPPERS = ['module.', 'model.', '_orig_mod.', 'state_dict.'];

/** The names of a file as a network knows them: without counts of batches, and without what a wrapper put before all of them. */
export function plainNames({ shapes }: StoredWeights): ReadonlyMap<string, string> {
  const stored = [...shapes.keys()].filter((name) => !COUNT_OF_BATCHES.test(name));
  let length = 0;
  for (let found = wrapperOf(stored, 0); found !== undefined; found = wrapperOf(stored, length)) length += found.length;
  return new Map(stored.map((name) => [name.slice(length), name]));
}

function wrapperOf(names: readonly string[], from: number): string | undefined {
  if (names.length === 0) return undefined;
  return WRAPPERS.find((wrapper) =>
    names.every((name) => name.startsWith(wrapper, from) && name.length > from + wrapper.length),
  );
}
