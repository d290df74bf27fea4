import type { Environment, TrainingConditions } from '#core/run-event.ts';
import { decimal } from './quantity.ts';

/** "AMD EPYC, 2 cores, 8.0 GiB"; what is not known is left out. */
export function machineText({ processor, cores, memoryBytes }: Environment): string {
  const memory = memoryBytes === null ? [] : [`${decimal(memoryBytes / 2 ** 30, 1)} GiB`];
  return [processor, ...(cores === null ? [] : [`${cores} cores`]), ...memory].join(', ');
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
