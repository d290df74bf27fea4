import type { z } from 'zod';
import type { Kind } from '#core/kind.ts';
import type { RandomStream } from '#core/random.ts';
import type { ImageShape } from './operations/operation.ts';
import type { Network } from './ops.ts';
import type { NameInLibrary, WeightLibrary } from './weight-names.ts';

/** The schema of a network's spec: `{"kind": "vgg", ...}`. */
export type NetworkSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** How the weights of dense parts begin. */
export interface DenseStart {
  /** The words of the methods text: "dense weights from a uniform one within ±1/√inputs". */
  readonly text: string;
  /** Draws one weight of a part with this many inputs. */
  draw(inputs: number, stream: RandomStream): number;
  /** How the biases of dense parts begin; at 0 if left out. */
  readonly bias?: Omit<DenseStart, 'bias'>;
}

/** PyTorch's default: uniform in [-1/√inputs, 1/√inputs). */
export const UNIFORM_START: DenseStart = {
  text: 'dense weights from a uniform one within ±1/√inputs',
  draw: (inputs, stream) => (1 / Math.sqrt(inputs)) * (2 * stream.nextUniform() - 1),
};

/** PyTorch's default for the biases too, as torchvision leaves it in some networks. */
export const UNIFORM_START_WITH_BIAS: DenseStart = {
  ...UNIFORM_START,
  bias: { text: 'dense biases from the same one', draw: UNIFORM_START.draw },
};

/** The start of dense weights in the authors' vgg.py, and in torchvision's VGG and MobileNetV2. */
export const NORMAL_START: DenseStart = {
  text: 'dense weights from a normal distribution with standard deviation 0.01',
  draw: (_inputs, stream) => 0.01 * stream.nextNormal(),
};

/** All that the program knows about one kind of network. */
export interface NetworkKind<Schema extends NetworkSchema = NetworkSchema>
  extends Kind<z.infer<Schema>['kind'], Schema> {
  /**
   * The field next to which the form shows that a size does not exist; if left out, it shows that at the choice of the
   * network.
   */
  readonly sizeField?: string;
  readonly denseStart: DenseStart;
  /** The fan from which the standard deviation of a convolution's normal draws follows; `out` if left out. */
  readonly convolutionFan?: 'in' | 'out';
  /** Whether convolutions have biases; false if left out. */
  readonly hasConvolutionBiases?: boolean;
  /** The name in papers: "ResNet". */
  family(model: z.infer<Schema>): string;
  /** The full name, with everything that distinguishes it: "DenseNet-BC 76 (k = 12)". */
  name(model: z.infer<Schema>): string;
  /** Whether layers pass on more than their output, as residual and dense connections do. */
  hasSkips(model: z.infer<Schema>): boolean;
  /** What the methods text says after the name: sizes, and what freezes as one unit. */
  structure(model: z.infer<Schema>): string;
  /** Where libraries that publish weights of this network keep its variables; left out where none does. */
  readonly weightNames?: Readonly<Partial<Record<WeightLibrary, NameInLibrary>>>;
  /** The sizes in which libraries publish such weights. */
  readonly publishedSizes?: readonly z.infer<Schema>[];
  /** Builds the network. Throws a bad request for a size that does not exist, or for images that it cannot read. */
  build(model: z.infer<Schema>, input: ImageShape, classes: number): Network;
}
