import { randomStream } from '#core/random.ts';
import type { TrainingSession } from '../session.ts';
import type { MeasuredPrefix } from './measure-costs.ts';

export interface CheckedPrefix extends Pick<MeasuredPrefix, 'batchSize' | 'depths' | 'sizes'> {
  readonly session: Pick<TrainingSession, 'advance'>;
}

/**
 * Whether the frozen layers give one image other bits at another place of the batch, as they may on a processor or with a
 * TensorFlow that nobody has tried: kept values would then change the run. One pass of a batch of equal images, from boundary
 * to boundary.
 */
export function dependsOnPlace({ session, batchSize, depths, sizes }: CheckedPrefix): boolean {
  let image = noise(sizes[0]);
  for (let boundary = 1; boundary < depths.length; boundary++) {
    const batch = new Float32Array(batchSize * image.length);
    for (let place = 0; place < batchSize; place++) batch.set(image, place * image.length);
    const output = session.advance(batch, batchSize, { from: depths[boundary - 1], to: depths[boundary] });
    image = output.slice(0, sizes[boundary]);
    if (!areRepeated(output, image.length)) return true;
  }
  return false;
}

/** Whether every `size` values have the bits of those before them. */
function areRepeated({ buffer, byteOffset, length }: Float32Array, size: number): boolean {
  const bits = new Int32Array(buffer, byteOffset, length);
  for (let index = size; index < length; index++) if (bits[index] !== bits[index - size]) return false;
  return true;
}

/** The same in every run. */
function noise(count: number): Float32Array {
  const draws = randomStream(0, 'weights', 0);
  return Float32Array.from({ length: count }, () => draws.nextUint32() / 2 ** 31 - 1);
}
