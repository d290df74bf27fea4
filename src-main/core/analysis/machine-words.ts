import type { Environment, TrainingConditions } from '#core/run-event.ts';
import { decimal } from './quantity.ts';

/** "AMD EPYC, 2 cores, 8.0 GiB"; what is not known is left out. */
export function machineText({ processor, cores, memoryBytes }: Environment): string {
  const memory = memoryBytes === null ? [] : [`${decimal(memoryBytes / 2 ** 30, 1)} GiB`];
  return [processor, ...(cores === null ? [] : [`${cores} cores`]), ...memory].join(', ');
}

/** Letters of a card's name that tell it from others of a node. */
const SHORT_UUID = 12;

/** "n17", or "GPU-5e1c0a77 of n17": where a run trained, as far as that tells machines of one kind apart. */
export function nodeText({ host, nodeName, gpu }: Environment): string {
  const node = nodeName ?? host;
  return gpu === undefined ? node : `${gpu.uuid.slice(0, SHORT_UUID)} of ${node}`;
}

/** The environment without what is another one for each job, so that runs of one machine have one. */
export function machineOf(environment: Environment): Environment {
  const { job, ...machine } = environment;
  return job === undefined ? environment : machine;
}

/** "0.3 cores busy with other work, held back 2.5 s by a quota, 2600 MHz"; null where nothing is known. */
export function conditionsText(conditions: TrainingConditions): string | null {
  const { otherLoad, throttledSeconds, thermalThrottles, frequencyMHz } = conditions;
  const parts = [
    otherLoad === null ? null : `${decimal(otherLoad, 1)} cores busy with other work`,
    throttledSeconds ? `held back ${decimal(throttledSeconds, 1)} s by a quota` : null,
    thermalThrottles ? `slowed down ${thermalThrottles} times by heat` : null,
    frequencyMHz === null ? null : `${decimal(frequencyMHz, 0)} MHz`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}
