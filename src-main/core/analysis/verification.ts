import { areBitExact, changedIn } from '#core/environment.ts';
import type { Environment, RunEvent, RunEventOf } from '#core/run-event.ts';

/** What a run reported about its first epoch. */
export interface FirstEpoch {
  readonly started: RunEventOf<'run.started'>;
  /** The sampled losses in order of their steps. */
  readonly samples: readonly Pick<RunEventOf<'step.sampled'>, 'step' | 'loss'>[];
  /** Null where the run did not reach the end of the epoch. */
  readonly end: Pick<RunEventOf<'epoch.finished'>, 'trainLoss' | 'validationLoss' | 'validationError'> | null;
}

/** A number that came out differently. */
export interface EpochDifference {
  readonly what: 'normalization' | 'loss' | 'trainLoss' | 'validationLoss' | 'validationError';
  /** The step of a sampled loss; null for a number of the whole epoch or of the data. */
  readonly step: number | null;
  readonly stored: number | null;
  readonly now: number | null;
}

/** Whether a run still gives the numbers of its first epoch. */
export interface Verification {
  readonly runId: string;
  /** Whether every number is the same, bit for bit. */
  readonly same: boolean;
  /** `rounding`: the last bits may differ between the two environments, and the numbers differ by no more than that explains. */
  readonly outcome: 'same' | 'rounding' | 'different';
  /** How many sampled losses were compared, and whether the epoch's own numbers were. */
  readonly compared: { readonly steps: number; readonly epoch: boolean };
  readonly firstDifference: EpochDifference | null;
  readonly environment: {
    readonly stored: Environment;
    readonly now: Environment;
    readonly changed: readonly (keyof Environment)[];
  };
}

/** Null where the run has not reported its start. */
export function firstEpochOf(events: readonly RunEvent[]): FirstEpoch | null {
  const started = events.findLast((event) => event.type === 'run.started');
  if (started === undefined) return null;
  const samples = events
    .filter((event) => event.type === 'step.sampled')
    .filter(({ step }) => step < started.stepsPerEpoch)
    .toSorted((one, other) => one.step - other.step);
  const end = events.findLast((event) => event.type === 'epoch.finished' && event.epoch === 1);
  return { started, samples, end: end?.type === 'epoch.finished' ? end : null };
}

/** Compares the stored first epoch with that of a new run, which has come at least as far. */
export function compareFirstEpochs(stored: FirstEpoch, now: FirstEpoch): Verification {
  const firstDifference = differences(stored, now)[0] ?? null;
  const same = firstDifference === null;
  const { runId } = stored.started;
  const environments = [stored.started.environment, now.started.environment] as const;
  const isRounding = !areBitExact(...environments) && isSmall(stored, now);
  return {
    runId,
    same,
    outcome: same ? 'same' : isRounding ? 'rounding' : 'different',
    compared: { steps: stored.samples.length, epoch: stored.end !== null },
    firstDifference,
    environment: { stored: environments[0], now: environments[1], changed: changedIn(...environments) },
  };
}

function differences(stored: FirstEpoch, now: FirstEpoch): EpochDifference[] {
  const losses = new Map(now.samples.map(({ step, loss }) => [step, loss]));
  const all: EpochDifference[] = [
    ...statistics(stored, now),
    ...stored.samples.map(({ step, loss }) => difference('loss', loss, losses.get(step) ?? null, step)),
  ];
  for (const what of ['trainLoss', 'validationLoss', 'validationError'] as const) {
    if (stored.end !== null) all.push(difference(what, stored.end[what], now.end?.[what] ?? null));
  }
  return all.filter((one) => !Object.is(one.stored, one.now));
}

/** Means and deviations of the training images: where these differ, the images differ too. */
function statistics(stored: FirstEpoch, now: FirstEpoch): EpochDifference[] {
  const [own, other] = [stored, now].map(({ started: { normalization } }) => [
    ...normalization.mean,
    ...normalization.std,
  ]);
  return own.map((value, index) => difference('normalization', value, other[index] ?? null));
}

function difference(
  what: EpochDifference['what'],
  stored: number | null,
  now: number | null,
  step: number | null = null,
) {
  return { what, step, stored, now };
}

/** Bound on the first loss, which is one forward pass from the same weights; updates amplify the differences of later losses. */
const ROUNDING_OF_FIRST_LOSS = 1e-4;
const ROUNDING_OF_EPOCH = 0.05;

function isSmall(stored: FirstEpoch, now: FirstEpoch): boolean {
  const isClose = (one: number | undefined, other: number | undefined, relative: number) =>
    one === undefined || other === undefined || Math.abs(one - other) <= relative * Math.abs(one);
  const images = statistics(stored, now);
  return (
    images.every((one) => Object.is(one.stored, one.now)) &&
    isClose(stored.samples[0]?.loss, now.samples[0]?.loss, ROUNDING_OF_FIRST_LOSS) &&
    isClose(stored.end?.trainLoss, now.end?.trainLoss, ROUNDING_OF_EPOCH)
  );
}
