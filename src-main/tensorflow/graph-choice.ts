import { join } from 'node:path';
import { z } from 'zod';
import { median } from '#core/analysis/quantile.ts';
import { initialWeights } from '#core/network/initial-weights.ts';
import type { ModelSpec } from '#core/network/network.ts';
import { buildNetwork } from '#core/network/network.ts';
import type { ReducedPrecision } from '#core/training/precision.ts';
import type { TrainingSession } from '#core/training/session.ts';
import { cacheFolder } from '../setup/places.mjs';
import { placeText, readJsonFile } from '../setup/placing.mjs';
import type { TensorFlowBinding } from './binding.ts';
import type { DeviceDescription } from './device.ts';
import type { GraphDevice } from './graph-device.ts';
import { graphDevice } from './graph-device.ts';
import { createGraphSession } from './graph-session.ts';

/** What a graph for a card may be like; which one is fastest depends on the card, the precision and TensorFlow. */
export interface GraphForm {
  /** What an environment says. */
  readonly name: string;
  readonly graph: Pick<GraphDevice, 'putsChannelsFirst' | 'optimizesFunctions'>;
}

/** The first one is taken unless another is clearly faster. */
export const FORMS: readonly [GraphForm, ...GraphForm[]] = [
  { name: 'channels last', graph: { putsChannelsFirst: false, optimizesFunctions: false } },
  { name: 'channels first', graph: { putsChannelsFirst: true, optimizesFunctions: false } },
  { name: 'channels last, optimized by TensorFlow', graph: { putsChannelsFirst: false, optimizesFunctions: true } },
  { name: 'channels first, optimized by TensorFlow', graph: { putsChannelsFirst: true, optimizesFunctions: true } },
];
/** Another form has to save this share of a step. */
const WORTHWHILE = 0.03;

/** The steps by which forms are compared. */
export interface FormTrial {
  readonly model: ModelSpec;
  readonly side: number;
  readonly batchSize: number;
  readonly steps: number;
}

const TRIAL: FormTrial = {
  model: { kind: 'wide-resnet', depth: 16, width: 2, skip: true },
  ...{ side: 32, batchSize: 50, steps: 15 },
};
/** Steps before these, in which kernels are chosen. */
const WARM_UP = 5;

export interface FormQuestion {
  readonly precision?: ReducedPrecision | undefined;
  /** The form in which a run that goes on has trained, as its environment says. */
  readonly earlier?: string | undefined;
  readonly trial?: FormTrial;
}

/**
 * The form of graphs on the device of this process; null on a processor, where nothing is measured. On a card it is the one that a run has trained in, since another
 * adds up in another order; else the one that was fastest when this machine first trained on such a card, some seconds once, and kept in the cache.
 */
export function graphForm(
  binding: TensorFlowBinding,
  device: DeviceDescription,
  { precision, earlier, trial = TRIAL }: FormQuestion,
): GraphForm | null {
  if (device.backend !== 'tensorflow-gpu') return null;
  const known = FORMS.find(({ name }) => name === earlier);
  if (known !== undefined) return known;
  const card = `${device.device} ${device.tensorflowVersion} ${precision ?? 'float32'}`;
  const file = join(cacheFolder(), 'graph-forms', `${card.replaceAll(/[^\w.-]+/g, '-')}.json`);
  return keptForm(file, (forms) => stepTimes(binding, forms, { ...trial, precision }));
}

/** The form that a file names; else the fastest by `times`, which is then kept. A choice that another process has kept meanwhile counts. */
export function keptForm(file: string, times: (forms: readonly GraphForm[]) => readonly number[]): GraphForm {
  const known = formIn(file);
  if (known !== null) return known;
  const fastest = fastestForm(times(FORMS));
  const meanwhile = formIn(file);
  if (meanwhile !== null) return meanwhile;
  placeText(file, JSON.stringify({ form: fastest.name }));
  return fastest;
}

function fastestForm(times: readonly number[]): GraphForm {
  const least = Math.min(...times);
  return least <= (1 - WORTHWHILE) * times[0] ? FORMS[times.indexOf(least)] : FORMS[0];
}

/** Null where there is no choice yet, or one of another version of the program: then it is measured again. */
function formIn(file: string): GraphForm | null {
  const read = z.object({ form: z.string() }).safeParse(readJsonFile(file));
  return FORMS.find(({ name }) => name === read.data?.form) ?? null;
}

interface PreciseTrial extends FormTrial {
  readonly precision: ReducedPrecision | undefined;
}

/** The median step of each form in ms, whose steps take turns, so that a card that speeds up or slows down does so for all of them. */
function stepTimes(binding: TensorFlowBinding, forms: readonly GraphForm[], trial: PreciseTrial): readonly number[] {
  const tried = forms.map((form) => new TriedForm(() => trialSession(binding, form, trial), trial));
  try {
    for (let round = 0; round < WARM_UP + trial.steps; round++) for (const form of tried) form.step();
    const [usual] = tried;
    if (usual.failure !== null) throw usual.failure;
    return tried.map((form) => form.median);
  } finally {
    for (const form of tried) form.dispose();
  }
}

function trialSession(
  binding: TensorFlowBinding,
  { graph }: GraphForm,
  { model, side, batchSize, precision }: PreciseTrial,
): TrainingSession {
  const network = buildNetwork(model, { height: side, width: side, channels: 3 }, 10);
  const optimizer = { learningRate: 0.1, momentum: 0.9, nesterov: true, weightDecay: 1e-4 };
  const session = createGraphSession(
    binding,
    { network, optimizer, seed: 1, batchSize, precision },
    { ...graphDevice(true), ...graph },
  );
  session.restore(initialWeights(network, model.kind, 1), new Map());
  return session;
}

/** A form that TensorFlow cannot run takes forever. */
class TriedForm {
  readonly #open: () => TrainingSession;
  readonly #trial: FormTrial;
  readonly #times: number[] = [];
  #session: TrainingSession | null = null;
  #failure: unknown = null;

  constructor(open: () => TrainingSession, trial: FormTrial) {
    this.#open = open;
    this.#trial = trial;
  }

  get failure(): unknown {
    return this.#failure;
  }

  get median(): number {
    return this.#failure === null ? median(this.#times.slice(WARM_UP)) : Number.POSITIVE_INFINITY;
  }

  step(): void {
    if (this.#failure !== null) return;
    const { side, batchSize } = this.#trial;
    const images = new Float32Array(batchSize * side * side * 3);
    const batch = { images, labels: new Int32Array(batchSize), count: batchSize };
    try {
      this.#session ??= this.#open();
      const begin = performance.now();
      this.#session.rehearse({ batch, frozenLayers: 0 });
      this.#times.push(performance.now() - begin);
    } catch (error) {
      this.#failure = error;
      this.dispose();
    }
  }

  dispose(): void {
    this.#session?.dispose();
    this.#session = null;
  }
}
