import type { GraphBuilder, GraphTensor } from './graph-builder.ts';
import { FLOATS } from './graph-builder.ts';
import { GraphFunction } from './graph-function.ts';

/** Keeps the quotient finite where all gradients are 0, as in PyTorch. */
const EPSILON = 1e-6;

/**
 * Clips gradients by their norm over all layers that train, as `torch.nn.utils.clip_grad_norm_` does: they are multiplied by
 * min(1, clipNorm / (norm + 1e-6)).
 *
 * No update can begin before the norm is known, so a layer's update is a function of its own then. The sum of squares is handed
 * from layer to layer with the backward pass, so that the number of nodes grows with the layers, as that of all else does.
 */
export class GradientClipping {
  /** What every gradient of the step is multiplied by. */
  readonly scale: GraphTensor;
  readonly function: GraphFunction;
  readonly #builder: GraphBuilder;
  /** Half the sum of squares of all gradients of the layers from this one on. */
  readonly #halfSquares: readonly GraphTensor[];
  /** Stands for that of the first layer that trains. */
  readonly #allHalfSquares: GraphTensor;

  constructor(builder: GraphBuilder, layerCount: number, clipNorm: number) {
    this.#builder = builder;
    this.#halfSquares = Array.from({ length: layerCount }, () => builder.symbol([]));
    this.#allHalfSquares = builder.symbol([]);
    this.scale = builder.symbol([]);
    this.function = builder.inside('clip', (body) => {
      const squares = builder.binary('Mul', this.#allHalfSquares, builder.float(2));
      const norm = builder.one({ operation: 'Sqrt', inputs: [squares], attributes: FLOATS, shape: [] });
      const atLeast = builder.binary('AddV2', norm, builder.float(EPSILON));
      const share = builder.binary('RealDiv', builder.float(clipNorm), atLeast);
      return new GraphFunction(body, new Map([[this.scale, builder.binary('Minimum', share, builder.float(1))]]));
    });
  }

  /** Adds a layer's gradients to those behind it: in its backward function, whose result it is. */
  addLayer(index: number, gradients: readonly GraphTensor[]): readonly [symbol: GraphTensor, value: GraphTensor] {
    const builder = this.#builder;
    const own = gradients.map((gradient) =>
      builder.one({ operation: 'L2Loss', inputs: [gradient], attributes: FLOATS, shape: [] }),
    );
    const behind = this.#halfSquares.slice(index + 1, index + 2);
    const sum = [...behind, ...own].reduce((total, value) => builder.binary('AddV2', total, value), builder.float(0));
    return [this.#halfSquares[index], sum];
  }

  /** Stands for half the sum of squares of all gradients of the layers from this one on. */
  squaresFrom(index: number): GraphTensor {
    return this.#halfSquares[index];
  }

  /** Adds the call that gives `scale`; `halfSquares` are those of the first layer that trains. */
  call(halfSquares: GraphTensor, name: string): GraphTensor {
    const values = new Map([[this.#allHalfSquares, halfSquares]]);
    return this.function.call(this.#builder, values, name)[0];
  }
}
