import { messageOf } from '#core/errors.ts';
import { freezeOut } from '#core/policy/freezeout.ts';
import { issueSentence } from './issue-sentence.ts';
import { numberIn } from './number-text.ts';

/** Reads "0, 5" as an arm without warm-up and one with 5 epochs of it; NaN for what is not a number. An empty text is no warm-up. */
export function warmUpsIn(text: string): readonly number[] {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  return parts.length === 0 ? [0] : [...new Set(parts.map(numberIn))];
}

/** The shortest text that `warmUpsIn` reads as these. */
export function warmUpText(epochs: readonly number[]): string {
  return epochs.every((one) => one === 0) ? '' : epochs.join(', ');
}

/** Without the key where there is no warm-up: the schema knows none of 0 epochs. */
export function warmUpKey(epochs: number): { readonly warmupEpochs?: number } {
  return epochs === 0 ? {} : { warmupEpochs: epochs };
}

/** What is wrong with warm-ups in a run of so many epochs, in one sentence; null where nothing is. */
export function warmUpComplaint(warmUps: readonly number[], epochs: number): string | null {
  for (const one of warmUps) {
    const complaint = complaintOf({ kind: freezeOut.kind, shape: 'linear', t0: 1, ...warmUpKey(one) }, epochs);
    if (complaint !== null) return complaint;
  }
  return null;
}

function complaintOf(json: object, epochs: number): string | null {
  const { data, error } = freezeOut.schema.safeParse(json);
  if (error !== undefined) return issueSentence(error.issues[0]);
  // How long the run is has its own field and its own sentence.
  if (!(epochs > 0)) return null;
  try {
    // One step an epoch is as good as many: both are compared in epochs.
    freezeOut.plan(data, { layerNames: ['stem', 'head'], learningRate: 1, steps: epochs, stepsPerEpoch: 1 });
    return null;
  } catch (refusal) {
    return messageOf(refusal);
  }
}
