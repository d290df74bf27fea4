import { badRequest } from '#core/errors.ts';

/** Throws a bad request where a warm-up leaves no step of a run of so many epochs for what comes after it. */
export function checkWarmUp(warmupEpochs: number, epochs: number): void {
  if (warmupEpochs === 0 || warmupEpochs < epochs) return;
  throw badRequest(`${warmupEpochs} epochs of warm-up are the whole run: give the run more epochs, or less warm-up.`);
}
