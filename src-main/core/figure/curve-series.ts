import { groupedBy } from '#core/grouped.ts';
import { policyLabels } from '#core/policy/policy.ts';
import type { Curve, RunSummary } from '#core/records.ts';
import { equalTimeName } from '#core/study.ts';
import { networkName } from './labels.ts';
import type { Palette } from './palette.ts';
import type { SeriesStyle } from './series-style.ts';
import { baselineStyle, dashOf, seriesStyle } from './series-style.ts';

/** A run that has something to draw, and its curve. */
export interface DrawnRun {
  readonly run: RunSummary;
  readonly curve: Curve;
}

/** Runs that differ only by their seed, or one layer of all runs: they share a colour, and make one band. */
export interface CurveGroup {
  readonly label: string;
  readonly style: SeriesStyle;
  readonly runs: readonly DrawnRun[];
}

/** Names of policy arms by study, in the study's order, so that an arm has the same colour here as in the comparison. */
export type ArmOrder = ReadonlyMap<string, readonly string[]>;

/** Groups by layer for a series of layers; else by arm, in the study's order if there is one study, or as they come. */
export function curveGroups(drawn: readonly DrawnRun[], order: ArmOrder, palette: Palette): CurveGroup[] {
  if (drawn.some(({ curve }) => curve.layer !== null)) return groupLayers(drawn, palette);
  const groups = groupedBy(drawn, ({ run }) => groupKey(run));
  const studies = new Set(drawn.map(({ run }) => run.studyId));
  const styles = stylesOf(
    [...groups.values()].map(([first]) => first.run),
    order,
    palette,
  );
  return [...groups].map(([key, runs]) => ({
    label: groupLabel(runs[0].run, studies.size > 1),
    style: styles.get(key) ?? baselineStyle(palette),
    runs,
  }));
}

function groupLayers(drawn: readonly DrawnRun[], palette: Palette): CurveGroup[] {
  const layers = [...groupedBy(drawn, ({ curve }) => curve.layer ?? 0)].sort(([one], [other]) => one - other);
  return layers.map(([layer, runs], place) => ({ label: `layer ${layer}`, style: seriesStyle(place, palette), runs }));
}

function groupKey(run: RunSummary): string {
  return run.studyId === null || run.arm === null ? run.groupHash : `${run.studyId} ${run.arm}`;
}

function groupLabel(run: RunSummary, needsStudy: boolean): string {
  if (run.arm === null) return `${networkName(run.spec.model)}, ${policyLabels(run.spec.policy).variant}`;
  return needsStudy && run.studyName !== null ? `${run.arm} (${run.studyName})` : run.arm;
}

/** Styles by the place of a group's arm in its study; groups of several studies, or of none, take the colours in turn. */
function stylesOf(firsts: readonly RunSummary[], order: ArmOrder, palette: Palette): Map<string, SeriesStyle> {
  const isOneStudy = order.size === 1 && firsts.every((run) => run.studyId !== null && order.has(run.studyId));
  const arms = isOneStudy ? [...order.values()][0] : turnOrder(firsts);
  return new Map(
    firsts.map((run) => {
      const name = isOneStudy ? policyArm(run) : groupKey(run);
      const place = arms.indexOf(name);
      if (run.role === 'baseline' && isOneStudy) return [groupKey(run), baselineStyle(palette)];
      const style = seriesStyle(Math.max(0, place), palette);
      return [groupKey(run), run.role === 'equal-time' ? { ...style, dash: dashOf(1), fill: palette.ground } : style];
    }),
  );
}

function turnOrder(firsts: readonly RunSummary[]): string[] {
  return firsts.map(groupKey);
}

/** An equal-time baseline has the colour of the arm whose time it gets. */
function policyArm({ role, arm }: RunSummary): string {
  const suffix = equalTimeName('');
  return role === 'equal-time' && arm?.endsWith(suffix) ? arm.slice(0, -suffix.length) : (arm ?? '');
}
