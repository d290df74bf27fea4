import type { ComparedStudy, ShownArm } from './comparison-arms.ts';
import { frontsOf, valuesOf } from './comparison-arms.ts';
import type { ComparisonView } from './comparison-view.ts';

/** The place of an arm is unknown if one of its two measures is missing. */
export type FrontPlace = 'on' | 'dominated' | 'unknown';

export type FrontPlaces = ReadonlyMap<ShownArm, FrontPlace>;

/** Studies, and how a view shows them. */
export interface ShownStudies {
  readonly studies: readonly ComparedStudy[];
  readonly view: ComparisonView;
  /** The result of `shownArms` for these studies and this view. */
  readonly arms: readonly ShownArm[];
}

/** Titles of the figure's panels: the values that distinguish them, or null for a single panel. */
export function panelTitles(arms: readonly ShownArm[], { facetBy }: ComparisonView): readonly (string | null)[] {
  const titles = facetBy === null ? [] : valuesOf(arms, facetBy);
  return titles.length === 0 ? [null] : titles;
}

/** The arms of one panel. The baseline is in every panel. */
export function armsOfPanel(
  title: string | null,
  arms: readonly ShownArm[],
  { facetBy }: ComparisonView,
): readonly ShownArm[] {
  return arms.filter(({ keys }) => keys === null || facetBy === null || keys[facetBy] === title);
}

/** The place of each arm among those of its panel, its network and its data set, by the measures of the view. A baseline has its best place. */
export function frontPlaces(arms: readonly ShownArm[], view: ComparisonView): FrontPlaces {
  const panels = panelTitles(arms, view).map((title) => armsOfPanel(title, arms, view));
  const front = new Set(panels.flatMap((panel) => frontsOf(panel).flatMap((front) => front.arms)));
  return new Map(arms.map((shown) => [shown, front.has(shown) ? 'on' : placeBehind(shown)]));
}

function placeBehind({ saved, error }: ShownArm): FrontPlace {
  return isNumber(saved) && isNumber(error) ? 'dominated' : 'unknown';
}

function isNumber(value: number | null): boolean {
  return value !== null && !Number.isNaN(value);
}

/**
 * The share of resamples in which an arm is on the front; null unless the view shows the one front that was resampled, that of
 * all arms of one study by wall clock and error delta.
 */
export function frontShareOf({ arm }: ShownArm, { studies, view, arms }: ShownStudies): number | null {
  const isOneFront = studies.length === 1 && arms.length === studies[0].comparison.arms.length && view.facetBy === null;
  return isOneFront && view.saved === 'wall' && view.error === 'points' ? arm.frontShare : null;
}

/** "on the front in 93 % of resamples of the seeds". */
export function frontShareText(share: number): string {
  return `on the front in ${Math.round(100 * share)} % of resamples of the seeds`;
}
