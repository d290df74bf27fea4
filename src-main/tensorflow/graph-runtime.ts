import { AppError, messageOf } from '#core/errors.ts';
import type { TensorFlowBinding, TensorMetadata } from './binding.ts';
import type { Graph } from './saved-model.ts';
import { SAVED_MODEL_TAG, withSavedModel } from './saved-model.ts';

/** A value for a run: read where it lies, so it must not change until the run is over. */
export interface Feed {
  readonly name: string;
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** A node of two outputs, of which nothing is computed. */
export const UNREAD_PAIR = 'unread_pair';

/**
 * A graph in a session of TensorFlow, which owns the graph's variables.
 *
 * TensorFlow's graph optimizer would go over the whole graph and its functions for every new set of feeds and fetches, which
 * takes longer than several steps and finds nothing: what it would fuse is fused already. A session that is loaded from a file
 * cannot be told to leave it out, but the optimizer refuses to work where a second output of a node is fed: so one always is.
 */
export class GraphRuntime {
  readonly #binding: TensorFlowBinding;
  readonly #session: number;
  /** What is fed for the second output of the unread pair. */
  readonly #nothing: number;

  constructor(binding: TensorFlowBinding, graph: Graph) {
    this.#binding = binding;
    this.#session = guarded('loading a graph', () =>
      withSavedModel(graph, (folder) => binding.loadSavedModel(folder, SAVED_MODEL_TAG)),
    );
    this.#nothing = this.#tensor(Float32Array.of(0), []);
  }

  /** Number of tensors in TensorFlow's memory outside the graphs, of all of the process. */
  get tensorCount(): number {
    return this.#binding.getNumOfTensors();
  }

  /**
   * Runs what the fetched nodes need. TensorFlow prepares a set of fetches and feeds when it is first run, which takes
   * longer than the run itself. Returns copies.
   */
  fetch(fetches: readonly string[], feeds: readonly Feed[] = []): (Float32Array | Int32Array)[] {
    return this.#run(fetches, feeds, (tensor) => this.#read(tensor));
  }

  /** As `fetch`, where only the effects of the run are wanted. */
  run(fetch: string, feeds: readonly Feed[] = []): void {
    this.#run([fetch], feeds, () => null);
  }

  dispose(): void {
    this.#binding.deleteTensor(this.#nothing);
    this.#binding.deleteSavedModel(this.#session);
  }

  #run<R>(fetches: readonly string[], feeds: readonly Feed[], take: (tensor: TensorMetadata) => R): R[] {
    const inputs: number[] = [];
    let outputs: readonly TensorMetadata[] = [];
    try {
      for (const { values, shape } of feeds) inputs.push(this.#tensor(values, shape));
      const [from, to] = [feeds.map(({ name }) => name), fetches].map((names) => names.map((name) => `${name}:0`));
      outputs = guarded(`running ${fetches[0]}`, () =>
        this.#binding.runSavedModel(
          this.#session,
          [this.#nothing, ...inputs],
          [`${UNREAD_PAIR}:1`, ...from].join(),
          to.join(),
        ),
      );
      return outputs.map(take);
    } finally {
      for (const id of inputs) this.#binding.deleteTensor(id);
      for (const { id } of outputs) this.#binding.deleteTensor(id);
    }
  }

  #tensor(values: Float32Array | Int32Array, shape: readonly number[]): number {
    const type = values instanceof Float32Array ? this.#binding.TF_FLOAT : this.#binding.TF_INT32;
    return guarded('creating a tensor', () => this.#binding.createTensor(shape, type, values));
  }

  #read({ id }: TensorMetadata): Float32Array | Int32Array {
    const values = guarded('reading a tensor', () => this.#binding.tensorDataSync(id));
    if (values instanceof Uint8Array) throw new AppError('internal', 'Only numbers of 32 bits are read back.');
    return values;
  }
}

function guarded<R>(what: string, body: () => R): R {
  try {
    return body();
  } catch (error) {
    throw new AppError('unavailable', `TensorFlow failed in ${what}: ${messageOf(error)}`, { cause: error });
  }
}
