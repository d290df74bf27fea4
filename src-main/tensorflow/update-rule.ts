import type { OptimizerSettings } from '#core/training/session.ts';
import type { GraphBuilder, GraphTensor } from './graph-builder.ts';
import { FLOATS } from './graph-builder.ts';

/** One variable w of a layer that trains, with all that its update reads. */
export interface UpdatedVariable {
  readonly name: string;
  /** Handles of the two variables that the update changes: w, and its momentum v. */
  readonly handles: { readonly weight: GraphTensor; readonly momentum: GraphTensor };
  /** w as the forward pass read it. */
  readonly weight: GraphTensor;
  /** The gradient of the loss with respect to w, without weight decay. */
  readonly gradient: GraphTensor;
  /** The learning rate of the layer at this step. */
  readonly learningRate: GraphTensor;
}

/**
 * The update rule: SGD with Nesterov momentum and weight decay, as in `torch.optim.SGD` with a dampening of 0.
 *
 *   g <- gradient + weightDecay w
 *   v <- momentum v + g
 *   w <- w - learningRate (g + momentum v)        without Nesterov's look-ahead: w - learningRate v
 *
 * Adds the rule to the function that is being built. Returns the name of the node that changes w and v.
 */
export function addUpdate(builder: GraphBuilder, optimizer: OptimizerSettings, variable: UpdatedVariable): string {
  const { name, handles, weight, learningRate } = variable;
  const node = `${name}/update`;
  builder.add({
    operation: 'ResourceApplyMomentum',
    inputs: [
      handles.weight,
      handles.momentum,
      learningRate,
      decayed(builder, variable, optimizer.weightDecay),
      builder.float(optimizer.momentum),
    ],
    attributes: { ...FLOATS, use_nesterov: { flag: optimizer.nesterov } },
    shapes: [],
    // The update waits for all readers of w: otherwise TensorFlow would copy the variable before changing it.
    after: builder.body.readersOf(weight),
    name: node,
  });
  return node;
}

/** gradient + weightDecay w */
function decayed(builder: GraphBuilder, { weight, gradient }: UpdatedVariable, weightDecay: number): GraphTensor {
  if (weightDecay === 0) return gradient;
  return builder.binary('AddV2', gradient, builder.binary('Mul', weight, builder.float(weightDecay)));
}
