import { percent, signedPoints } from '#core/analysis/quantity.ts';
import type { RunDetail } from '#core/records.ts';
import { depthSavings, profileWarning } from '#core/training/profile-savings.ts';
import { milliseconds } from './format.ts';

/** A freeze depth as its row shows it. */
export interface DepthRow {
  readonly frozenLayers: number;
  readonly stepMs: string;
  readonly least: string;
  readonly saved: string;
  /** The middle half of the pairs: "28.1 to 30.4". */
  readonly range: string;
  readonly predicted: string;
  readonly residual: string;
  readonly pairs: number;
  readonly isFrozenWorkSkipped: boolean;
}

export interface ProfileText {
  /** "Unfrozen, a step takes 31.2 ms (median of 90)." */
  readonly unfrozen: string;
  readonly rows: readonly DepthRow[];
  readonly warning: string | null;
}

/** Null where the run measured no profile. */
export function profileText({ profile, layers }: Pick<RunDetail, 'profile' | 'layers'>): ProfileText | null {
  if (profile === null) return null;
  const savings = depthSavings(
    profile,
    layers.map(({ macs }) => macs),
  );
  const { steps, stepMs } = profile.unfrozen;
  return {
    unfrozen: `Unfrozen, a step takes ${milliseconds(stepMs.median)} (median of ${steps}).`,
    rows: profile.depths.map((depth, index) => {
      const { predicted, measured, low, high, residual, isFrozenWorkSkipped } = savings[index];
      return {
        frozenLayers: depth.frozenLayers,
        stepMs: milliseconds(depth.stepMs.median),
        least: milliseconds(depth.stepMs.minimum),
        saved: percent(measured),
        range: `${percent(low).replace(' %', '')} to ${percent(high)}`,
        predicted: percent(predicted),
        residual: signedPoints(100 * residual),
        pairs: depth.steps,
        isFrozenWorkSkipped,
      };
    }),
    warning: profileWarning(savings),
  };
}
