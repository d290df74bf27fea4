import type { ShownArm } from '#core/figure/comparison-arms.ts';
import { keyStyles } from '#core/figure/comparison-styles.ts';
import type { ComparisonKey } from '#core/figure/comparison-view.ts';
import type { Palette } from '#core/figure/palette.ts';
import { paletteOf, receding } from '#core/figure/palette.ts';
import type { SeriesStyle } from '#core/figure/series-style.ts';
import { baselineStyle, seriesStyle } from '#core/figure/series-style.ts';
import type { ArmRole } from '#core/study.ts';

/** The sign of an arm in lists, tables and plots: an equal-time baseline has its policy arm's, hollow. */
export interface ArmLook extends SeriesStyle {
  readonly isHollow: boolean;
}

interface Arm {
  readonly name: string;
  readonly role: ArmRole;
  readonly of: string | null;
}

export function pagePalette(theme: 'light' | 'dark'): Palette {
  return paletteOf({ theme, fontPx: 12, greySafe: false });
}

/** The sign of each arm of one study by its name. Policy arms take colours and markers in the study's order. */
export function armLooks(arms: readonly Arm[], palette: Palette): ReadonlyMap<string, ArmLook> {
  const policies = arms.filter((arm) => arm.role === 'policy').map((arm) => arm.name);
  return new Map(
    arms.map((arm) => {
      const place = policies.indexOf(arm.role === 'equal-time' ? (arm.of ?? '') : arm.name);
      return [arm.name, lookAt(place, arm.role, palette)];
    }),
  );
}

/** The sign of each arm of a comparison, by `armKey`: colours tell apart what the plot's do. */
export function comparisonLooks(
  arms: readonly ShownArm[],
  colourBy: ComparisonKey,
  palette: Palette,
): ReadonlyMap<string, ArmLook> {
  const { styleOf } = keyStyles(arms, colourBy, palette);
  return new Map(
    arms.map((shown) => [
      armKey(shown.studyId, shown.arm.name),
      { ...styleOf(shown), isHollow: shown.arm.role === 'equal-time' },
    ]),
  );
}

export function armKey(studyId: string, arm: string): string {
  return `${studyId}/${arm}`;
}

/** The paler look of an arm that another arm dominates, as in the plot. */
export function paleLook(look: ArmLook, palette: Palette): ArmLook {
  return { ...look, colour: receding(look.colour, palette) };
}

function lookAt(place: number, role: ArmRole, palette: Palette): ArmLook {
  const style = place < 0 ? baselineStyle(palette) : seriesStyle(place, palette);
  return { ...style, isHollow: role === 'equal-time' };
}
