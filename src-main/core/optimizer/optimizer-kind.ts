import { z } from 'zod';
import type { Kind, KindField } from '#core/kind.ts';

/** The keys that the specs of all optimizers have in common. */
export interface OptimizerSpec {
  /** Specs of version 0.1.0 have none: they mean the first kind of the registry. */
  readonly kind?: string | undefined;
  /** a, the rate that all layers share before a policy scales it. */
  readonly learningRate: number;
  readonly weightDecay: number;
  /** The variables without weight decay; default: none, every trained variable decays. */
  readonly noDecay?: NoDecay | undefined;
  /** The largest norm of all gradients of a step together: larger ones are scaled down to it. Default: they are left as they are. */
  readonly clipNorm?: number | undefined;
}

/** `norms-and-biases`: the gains and shifts of batch norms, and the biases of dense layers and convolutions. */
export const NO_DECAY = ['none', 'norms-and-biases'] as const;
export type NoDecay = (typeof NO_DECAY)[number];

/** The schemas of the keys that all optimizers have. */
export const sharedOptimizerShape = {
  noDecay: z.enum(NO_DECAY).default('none'),
  clipNorm: z.number().positive().max(1e30).optional(),
};

/** The field of the rate, which stands in front of a kind's own. */
export const LEARNING_RATE_FIELD: KindField = {
  key: 'learningRate',
  label: 'Learning rate',
  hint: 'that of all layers before a policy scales it',
  type: 'number',
};

/** The fields of the other keys that all optimizers have, which stand behind a kind's own. */
export const SHARED_OPTIMIZER_FIELDS: readonly KindField[] = [
  {
    ...{ key: 'noDecay', label: 'No decay for', hint: 'variables without weight decay', type: 'choice' },
    choices: NO_DECAY,
  },
  {
    ...{ key: 'clipNorm', label: 'Gradients clipped to', hint: 'the norm over all layers; empty: not clipped' },
    ...{ type: 'number', isOptional: true },
  },
];

/** What an update knows of one variable w of a layer that trains. */
export interface UpdatedVariable<T> {
  /** w as the forward pass read it. */
  readonly weight: T;
  /** The gradient of the loss with respect to w, clipped where the optimizer clips, without weight decay. */
  readonly gradient: T;
  /** The layer's `numbers` at this step. */
  readonly numbers: readonly T[];
  /** The weight decay of this variable: 0 where `noDecay` names it. */
  readonly weightDecay: number;
}

/** What a step of training knows of a layer. */
export interface LayerStep {
  readonly learningRate: number;
  /** The updates of the layer before this step, since it last began to train. */
  readonly updates: number;
}

/** The changes that an update can make to one variable w and to its slots. T is a value: a node of a graph. */
export interface UpdateKernels<T> {
  /** first + factor second */
  addScaled(first: T, factor: number, second: T): T;
  /** w <- w - share w; later changes come after it. */
  shrink(share: T): void;
  /** v <- momentum v + g; w <- w - rate (g + momentum v) with Nesterov's look-ahead, w - rate v without. */
  applyMomentum(change: MomentumChange<T>): void;
  /** m <- m + (1 - beta1) (g - m); v <- v + (1 - beta2) (g² - v); w <- w - rate m / (sqrt(v) + epsilon) */
  applyAdam(change: AdamChange<T>): void;
}

export interface MomentumChange<T> {
  /** The slot v. */
  readonly velocity: string;
  readonly gradient: T;
  readonly rate: T;
  readonly momentum: number;
  readonly nesterov: boolean;
}

export interface AdamChange<T> {
  /** The slots m and v. */
  readonly moments: readonly [first: string, second: string];
  readonly gradient: T;
  readonly rate: T;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: T;
}

/** A rule by which gradients change weights, with all that form, command line, report, checkpoints and training need. */
export interface OptimizerKind<
  Name extends string = string,
  Schema extends z.ZodType<OptimizerSpec> = z.ZodType<OptimizerSpec>,
> extends Kind<Name, Schema> {
  /** The arrays that an update keeps next to each trained variable, by the names under which checkpoints hold them. */
  readonly slots: readonly string[];
  /** How many numbers a step feeds for each layer. */
  readonly numberCount: number;
  /** The methods text up to its weight decay, whose variables follow: "SGD with momentum 0.9, ..., weight decay 0.0001 added to the gradient". */
  methods(optimizer: z.infer<Schema>): string;
  /** The numbers that a step feeds for a layer, computed in doubles: what follows from its rate and its updates. */
  numbersOf(optimizer: z.infer<Schema>, step: LayerStep): readonly number[];
  /** Makes the changes of one step to one variable. */
  update<T>(optimizer: z.infer<Schema>, variable: UpdatedVariable<T>, kernels: UpdateKernels<T>): void;
}
