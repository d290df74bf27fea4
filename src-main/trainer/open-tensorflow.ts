import type { RunSpec } from '#core/run.ts';
import type { Environment } from '#core/run-event.ts';
import { FORMS, graphForm } from '../tensorflow/graph-choice.ts';
import type { GraphDevice } from '../tensorflow/graph-device.ts';
import { graphDevice } from '../tensorflow/graph-device.ts';
import type { TensorFlowLibrary } from '../tensorflow/library.ts';
import { loadTensorFlow } from '../tensorflow/library.ts';
import { arithmeticOf, checkPrecision } from '../tensorflow/precision.ts';
import { environmentOf } from '../trainer-host/environment.ts';
import { computeCapability } from '../trainer-host/gpu-card.ts';

export interface OpenTensorFlow extends TensorFlowLibrary {
  readonly environment: Environment;
  /** What graphs have to know of the device. */
  readonly graphs: GraphDevice;
}

/**
 * TensorFlow as a spec asks for it, for a run that has trained in this environment before, if it has. Throws 'unavailable' where it is not installed, or lacks the device or
 * the precision.
 */
export function openTensorFlow(
  { device: requested, precision }: Pick<RunSpec, 'device' | 'precision'>,
  earlier?: Environment,
): OpenTensorFlow {
  const { binding, device } = loadTensorFlow(requested, precision);
  checkPrecision(precision, device, computeCapability);
  const arithmetic = arithmeticOf(precision, device.backend === 'tensorflow-gpu');
  // Before forms were chosen, every graph had the first one.
  const known = earlier === undefined ? undefined : (earlier.graph ?? FORMS[0].name);
  const form = graphForm(binding, device, { precision, earlier: known });
  return {
    ...{ binding, device },
    environment: environmentOf(device, { arithmetic: arithmetic?.text, graph: form?.name }),
    graphs: { ...graphDevice(form !== null), ...form?.graph },
  };
}
