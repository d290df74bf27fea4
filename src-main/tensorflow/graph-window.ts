import type { Window } from '#core/network/kernels.ts';
import { windowCount } from '#core/network/windows.ts';
import type { GraphAttributes, GraphBuilder, GraphTensor } from './graph-builder.ts';
import { FLOATS } from './graph-builder.ts';

type Padding = 'SAME' | 'EXPLICIT' | 'VALID';

/** Whether TensorFlow's `SAME` pads as the window does: with a stride it does not pad all sides equally. */
function isPaddedAsSame({ size, stride, padding }: Window): boolean {
  return padding === (size - 1) / 2 && (size === 1 || stride === 1);
}

export function needsExplicitPadding(window: Window): boolean {
  return window.padding > 0 && !isPaddedAsSame(window);
}

/** The attributes of a convolution or a pooling with its own padding. */
export function padded(window: Window): GraphAttributes {
  if (isPaddedAsSame(window)) return windowAttributes(window, 'SAME');
  return windowAttributes(window, window.padding > 0 ? 'EXPLICIT' : 'VALID');
}

export function windowAttributes({ stride, padding }: Window, way: Padding): GraphAttributes {
  const attributes = { ...FLOATS, strides: { integers: [1, stride, stride, 1] }, padding: { text: way } };
  if (way !== 'EXPLICIT') return attributes;
  return { ...attributes, explicit_paddings: { integers: [0, 0, padding, padding, padding, padding, 0, 0] } };
}

/** The shape of what the windows give, with this many channels. */
export function slidShape({ shape: [batch, height, width] }: GraphTensor, window: Window, channels: number) {
  return [batch, windowCount(height, window), windowCount(width, window), channels];
}

export function paddedShape({ shape: [batch, height, width, channels] }: GraphTensor, margin: number) {
  return [batch, height + 2 * margin, width + 2 * margin, channels];
}

/** Adds pixels of one value on all four sides. */
export function padImage(builder: GraphBuilder, image: GraphTensor, margin: number, value = 0): GraphTensor {
  const margins = builder.integers([0, 0, margin, margin, margin, margin, 0, 0], [4, 2]);
  const shape = paddedShape(image, margin);
  const attributes: GraphAttributes = { T: { type: 'float' }, Tpaddings: { type: 'integer' } };
  if (value === 0) return builder.one({ operation: 'Pad', inputs: [image, margins], attributes, shape });
  return builder.one({ operation: 'PadV2', inputs: [image, margins, builder.float(value)], attributes, shape });
}

/** The image without a margin on all four sides. */
export function cropImage(builder: GraphBuilder, image: GraphTensor, margin: number): GraphTensor {
  const [batch, height, width, channels] = image.shape;
  const size = [batch, height - 2 * margin, width - 2 * margin, channels];
  return sliced(builder, image, { begin: [0, margin, margin, 0], size });
}

export function sliced(
  builder: GraphBuilder,
  tensor: GraphTensor,
  { begin, size }: { readonly begin: readonly number[]; readonly size: readonly number[] },
): GraphTensor {
  const inputs = [tensor, builder.integers(begin), builder.integers(size)];
  return builder.one({
    operation: 'Slice',
    inputs,
    attributes: { ...FLOATS, Index: { type: 'integer' } },
    shape: size,
  });
}
