import { AppError, badRequest, messageOf } from '#core/errors.ts';
import { inOurOrder } from '#core/network/pytorch-layout.ts';
import type { NamedArrays } from '#core/training/session.ts';
import type { StoredWeights, WeightsContent } from '#core/weights/stored-weights.ts';
import type { PlacedVariable } from '#core/weights/weight-fit.ts';
import type { OpenedSafetensors } from './opened-safetensors.ts';
import { withSafetensors } from './opened-safetensors.ts';
import { refuseOtherFormats } from './other-formats.ts';
import type { SafetensorsHeader } from './safetensors-header.ts';
import { float32Values, isReadable } from './tensor-values.ts';

/** Reads the header alone. Throws a bad request for a file of another format, and what reading safetensors throws. */
export async function readStoredWeights(path: string): Promise<StoredWeights> {
  return withWeights(path, async ({ header }) => storedIn(header));
}

/** Reads the header, and hashes the file. Throws as `readStoredWeights` does. */
export async function readWeightsContent(path: string): Promise<WeightsContent> {
  return withWeights(path, async (file) => ({
    stored: storedIn(file.header),
    bytes: file.bytes,
    sha256: await file.sha256(),
  }));
}

/** What a run reads of a file: `choose` says it once the header is known. */
export interface WeightsReading {
  readonly path: string;
  /** Throws where the file may not be used. */
  readonly choose: (stored: StoredWeights) => readonly PlacedVariable[];
  /** Gets the hash of the file before anything is chosen. Throws where another is needed. */
  readonly check: (sha256: string) => void;
}

/** Reads only the chosen tensors, as float32 in our order of axes. Throws as `readStoredWeights` does. */
export async function readWeights({ path, choose, check }: WeightsReading): Promise<NamedArrays> {
  return withWeights(path, async (file) => {
    check(await file.sha256());
    const entries = new Map(file.header.tensors.map((tensor) => [tensor.name, tensor]));
    const values = new Map<string, Float32Array>();
    for (const { variable, stored, turned } of choose(storedIn(file.header))) {
      const tensor = entries.get(stored);
      if (tensor === undefined) throw new RangeError(`${path} has no tensor ${stored}.`);
      if (!isReadable(tensor.dtype)) {
        throw badRequest(`In ${path}, "${stored}" is of the type ${tensor.dtype}: save it as F32, F16, BF16 or F64.`);
      }
      const read = float32Values(await file.read(tensor), tensor.dtype);
      values.set(variable.name, turned === null ? read : inOurOrder(read, turned.axes, turned.shape));
    }
    return values;
  });
}

/** A damaged file is one that the user has from somewhere, so it can be had again. */
async function withWeights<Result>(path: string, work: (file: OpenedSafetensors) => Promise<Result>): Promise<Result> {
  await refuseOtherFormats(path);
  try {
    return await withSafetensors(path, work);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'corrupt') throw error;
    const what = messageOf(error).replace(/\.$/, '');
    throw new AppError('corrupt', `${what}; copy or download it again.`, { cause: error });
  }
}

function storedIn({ tensors, metadata }: SafetensorsHeader): StoredWeights {
  return { shapes: new Map(tensors.map(({ name, shape }) => [name, shape])), metadata };
}
