import type { z } from 'zod';
import type { Kind } from '#core/kind.ts';
import type { RandomStream } from '#core/random.ts';
import type { ImageShape } from './operations/operation.ts';
import type { Network } from './ops.ts';

/** Judges the spec of a network: `{"kind": "vgg", ...}`. */
export type NetworkSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** How the weights of dense parts begin. */
export interface DenseStart {
  /** As the methods text puts it: "dense weights from a uniform one within ±1/√inputs". */
  readonly text: string;
  /** One weight of a part that reads so many inputs. */
  draw(inputs: number, stream: RandomStream): number;
}

/** PyTorch's default: uniform in [-1/√inputs, 1/√inputs). */
export const UNIFORM_START: DenseStart = {
  text: 'dense weights from a uniform one within ±1/√inputs',
  draw: (inputs, stream) => (1 / Math.sqrt(inputs)) * (2 * stream.nextUniform() - 1),
};

/** Everything that the lab says and does of one kind of network. */
export interface NetworkKind<Schema extends NetworkSchema = NetworkSchema>
  extends Kind<z.infer<Schema>['kind'], Schema> {
  /** The field at which the form says that there is no such network; left out, it says so at the choice of the network. */
  readonly sizeField?: string;
  readonly denseStart: DenseStart;
  /** As papers call it: "ResNet". */
  family(model: z.infer<Schema>): string;
  /** With everything that makes it another network: "DenseNet-BC 76 (k = 12)". */
  name(model: z.infer<Schema>): string;
  /** Whether layers hand on more than their output: residual and dense connections both do. */
  hasSkips(model: z.infer<Schema>): boolean;
  /** What the methods text says behind the name: sizes, and what freezes as one unit. */
  structure(model: z.infer<Schema>): string;
  /** Throws a bad request where there is no such size, or where it cannot read such images. */
  build(model: z.infer<Schema>, input: ImageShape, classes: number): Network;
}
