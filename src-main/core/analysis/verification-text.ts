import type { EpochDifference, Verification } from './verification.ts';

const NAMES: Readonly<Record<EpochDifference['what'], string>> = {
  normalization: 'the mean or deviation of the training images',
  loss: 'the loss',
  trainLoss: 'the training loss',
  validationLoss: 'the validation loss',
  validationError: 'the validation error',
};

/** The result of a verification, in a few sentences. */
export function verificationText({ runId, outcome, compared, firstDifference, environment }: Verification): string {
  const epoch = compared.epoch ? ' and the numbers of the epoch' : '';
  const what = `${compared.steps} sampled ${compared.steps === 1 ? 'loss' : 'losses'}${epoch}`;
  const changed =
    environment.changed.length === 0
      ? 'The environment is the same.'
      : `Changed since: ${environment.changed.map((key) => changeText(environment, key)).join('; ')}.`;
  if (firstDifference === null) return `Run ${runId} still gives its numbers, bit for bit: ${what}. ${changed}`;
  const verdict =
    outcome === 'rounding'
      ? 'differs by no more than rounding in another environment explains'
      : 'no longer gives the numbers of its first epoch';
  return `Run ${runId} ${verdict}: ${differenceText(firstDifference)}. ${changed}`;
}

/** "the loss of step 3 was 2.3011 and is 2.3012 (5.0e-5)": all digits, since the last ones may be what differs. */
function differenceText({ what, step, stored, now }: EpochDifference): string {
  const place = step === null ? '' : ` of step ${step}`;
  const size = stored === null || now === null ? '' : ` (${Math.abs(now - stored).toExponential(1)})`;
  return `first, ${NAMES[what]}${place} was ${stored ?? 'unknown'} and is ${now ?? 'unknown'}${size}`;
}

type Environments = Verification['environment'];

function changeText({ stored, now }: Environments, key: keyof Environments['stored']): string {
  return `${key} was ${valueText(stored[key])}, is ${valueText(now[key])}`;
}

function valueText(value: Environments['stored'][keyof Environments['stored']]): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('uuid' in value) return `${value.model} ${value.uuid} with driver ${value.driver}`;
  return `${value.intraOp} within an operation and ${value.interOp} between`;
}
