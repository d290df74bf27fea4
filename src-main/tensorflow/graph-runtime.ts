import { AppError } from '#core/errors.ts';
import type { TensorFlowBinding, TensorMetadata } from './binding.ts';
import { guarded } from './guarded.ts';
import type { Graph } from './saved-model.ts';
import { SAVED_MODEL_TAG, withSavedModel } from './saved-model.ts';

/** A value for a run. It is read in place, so it must not change until the run has ended. */
export interface Feed {
  readonly name: string;
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
  /** Whether a variable keeps the value after the run, which then has to be a copy in TensorFlow's own memory. */
  readonly isKept?: boolean;
}

/** Feeds the value of one node, or what replaces it, to another node. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly becomes: 'itself' | Pick<Feed, 'values' | 'shape'>;
}

/** A graph in a session of TensorFlow, which owns the graph's variables. */
export class GraphRuntime {
  readonly #binding: TensorFlowBinding;
  readonly #session: number;

  constructor(binding: TensorFlowBinding, graph: Graph) {
    this.#binding = binding;
    this.#session = guarded('loading a graph', () =>
      withSavedModel(graph, (folder) => binding.loadSavedModel(folder, SAVED_MODEL_TAG)),
    );
  }

  /**
   * Runs all that the fetched nodes need, and returns copies. TensorFlow prepares a set of fetches and feeds when it first runs
   * them, which takes longer than the run itself.
   */
  fetch(fetches: readonly string[], feeds: readonly Feed[] = []): (Float32Array | Int32Array)[] {
    return this.#run(fetches, feeds, (tensor) => this.#read(tensor));
  }

  /** Runs like `fetch`, and copies only the values of these nodes. */
  fetchSome(fetches: readonly string[], wanted: ReadonlySet<string>): ReadonlyMap<string, Float32Array | Int32Array> {
    const values = new Map<string, Float32Array | Int32Array>();
    this.#run(fetches, [], (tensor, place) => {
      if (wanted.has(fetches[place])) values.set(fetches[place], this.#read(tensor));
    });
    return values;
  }

  /** Runs like `fetch`, for the effects alone. */
  run(fetch: string, feeds: readonly Feed[] = []): void {
    this.#run([fetch], feeds, () => null);
  }

  /** Feeds the values of nodes to other nodes, without a copy, and then runs the fetched node. */
  move(moves: readonly Move[], fetch: string): void {
    const from = moves.map((move) => move.from);
    const values = this.#runTensors(from, [], []).map(({ id }) => id);
    const made: number[] = [];
    try {
      const inputs = moves.map(({ becomes }, place) => {
        if (becomes === 'itself') return values[place];
        const replacement = this.#tensor({ ...becomes, isKept: true });
        made.push(replacement);
        return replacement;
      });
      const to = moves.map((move) => move.to);
      for (const { id } of this.#runTensors([fetch], to, inputs)) this.#binding.deleteTensor(id);
    } finally {
      for (const id of [...made, ...values]) this.#binding.deleteTensor(id);
    }
  }

  dispose(): void {
    this.#binding.deleteSavedModel(this.#session);
  }

  #run<R>(fetches: readonly string[], feeds: readonly Feed[], take: (tensor: TensorMetadata, place: number) => R): R[] {
    const inputs: number[] = [];
    let outputs: readonly TensorMetadata[] = [];
    try {
      for (const feed of feeds) inputs.push(this.#tensor(feed));
      outputs = this.#runTensors(
        fetches,
        feeds.map(({ name }) => name),
        inputs,
      );
      return outputs.map(take);
    } finally {
      for (const id of inputs) this.#binding.deleteTensor(id);
      for (const { id } of outputs) this.#binding.deleteTensor(id);
    }
  }

  #runTensors(fetches: readonly string[], feeds: readonly string[], inputs: readonly number[]) {
    const [from, to] = [feeds, fetches].map((names) => names.map((name) => `${name}:0`).join());
    return guarded(`running ${fetches[0]}`, () => this.#binding.runSavedModel(this.#session, inputs, from, to));
  }

  #tensor({ values, shape, isKept = false }: Omit<Feed, 'name'>): number {
    const type = values instanceof Float32Array ? this.#binding.TF_FLOAT : this.#binding.TF_INT32;
    const array = isKept ? unaligned(values) : values;
    return guarded('creating a tensor', () => this.#binding.createTensor(shape, type, array));
  }

  #read({ id }: TensorMetadata): Float32Array | Int32Array {
    const values = guarded('reading a tensor', () => this.#binding.tensorDataSync(id));
    if (values instanceof Uint8Array) throw new AppError('internal', 'Only numbers of 32 bits are read back.');
    return values;
  }
}

/**
 * The values at an address that no kernel can work on, so that TensorFlow copies them before `createTensor` returns. Else a variable
 * would share the array's memory until a step replaces it in TensorFlow's threads, which would then release the array. V8 allows that
 * in the array's thread alone: elsewhere it can break V8's heap, and the process ends at some later time.
 */
function unaligned(values: Float32Array | Int32Array): Float32Array | Int32Array {
  // Memory begins at a multiple of 8 bytes at least.
  if (values.byteOffset % 8 === values.BYTES_PER_ELEMENT) return values;
  const zeros = zerosToKeep(values.length);
  const isFloat = values instanceof Float32Array;
  const copy = isFloat ? zeros : new Int32Array(zeros.buffer, zeros.byteOffset, zeros.length);
  copy.set(values);
  return copy;
}

/** Zeros for a feed that is kept, which need no copy. */
export function zerosToKeep(length: number): Float32Array {
  const { BYTES_PER_ELEMENT } = Float32Array;
  return new Float32Array(new ArrayBuffer(BYTES_PER_ELEMENT * (1 + length)), BYTES_PER_ELEMENT, length);
}
