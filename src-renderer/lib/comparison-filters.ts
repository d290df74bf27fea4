import type { ComparedStudy } from '#core/figure/comparison-arms.ts';
import { shownArms, valuesOf } from '#core/figure/comparison-arms.ts';
import type { ComparisonKey, ComparisonView } from '#core/figure/comparison-view.ts';
import { COMPARISON_KEYS } from '#core/figure/comparison-view.ts';

/** What can be left out by one key: the values that arms have of it. */
export interface KeyFilter {
  readonly key: ComparisonKey;
  readonly values: readonly { readonly value: string; readonly isShown: boolean }[];
}

/** Keys of which there is more than one value. */
export function filtersOf(studies: readonly ComparedStudy[], view: ComparisonView): readonly KeyFilter[] {
  const arms = shownArms(studies, { ...view, hidden: {} });
  return COMPARISON_KEYS.map((key) => ({
    key,
    values: valuesOf(arms, key).map((value) => ({ value, isShown: !view.hidden[key]?.includes(value) })),
  })).filter(({ values }) => values.length > 1);
}

/** The view with this value left out, or back in. */
export function withFilter(view: ComparisonView, key: ComparisonKey, value: string): ComparisonView {
  const hidden = view.hidden[key] ?? [];
  const others = hidden.filter((other) => other !== value);
  const changed = others.length === hidden.length ? [...hidden, value] : others;
  const { [key]: _, ...rest } = view.hidden;
  return { ...view, hidden: changed.length === 0 ? rest : { ...rest, [key]: changed } };
}
