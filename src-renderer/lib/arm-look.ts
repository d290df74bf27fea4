import type { ArmStyle } from '#core/analysis/figure-style.ts';
import { armStyle, BASELINE_STYLE } from '#core/analysis/figure-style.ts';
import type { ArmRole } from '#core/study.ts';

/** The sign of an arm in lists, tables and plots: an equal-time baseline has its policy arm's, hollow. */
export interface ArmLook extends ArmStyle {
  readonly isHollow: boolean;
}

interface Arm {
  readonly name: string;
  readonly role: ArmRole;
  readonly of: string | null;
}

/** The sign of each arm by its name. Policy arms take colours and markers in the study's order. */
export function armLooks(arms: readonly Arm[]): ReadonlyMap<string, ArmLook> {
  const policies = arms.filter((arm) => arm.role === 'policy').map((arm) => arm.name);
  return new Map(arms.map((arm) => [arm.name, lookOf(arm, policies)]));
}

function lookOf({ name, role, of }: Arm, policies: readonly string[]): ArmLook {
  const place = policies.indexOf(role === 'equal-time' ? (of ?? '') : name);
  const style = place < 0 ? BASELINE_STYLE : armStyle(place);
  return { ...style, isHollow: role === 'equal-time' };
}
