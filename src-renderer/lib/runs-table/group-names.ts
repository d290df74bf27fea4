import { configRows } from '#core/config-diff.ts';
import { datasetName, networkName } from '#core/figure/labels.ts';
import { policyName } from '#core/policy/policy.ts';
import type { RunField } from '#core/run-fields.ts';
import { isUnknown } from '#core/run-fields.ts';
import type { RunGroup } from '#core/run-groups.ts';
import { SAME_CONFIGURATION } from '#core/run-groups.ts';
import { fieldTextWithUnit } from '../field-text.ts';

/** Settings in which runs of one group differ, or that its name holds already. */
const NAMED_ALREADY = /^(seed|steps|dataset|model|policy)(\.|$)/;
/** So many settings tell apart what nothing else does. */
const MOST_SETTINGS = 3;

/**
 * What tells each group apart from the others, by its key: "cubic scaled 0.8", "cubic scaled 0.8 · batch: 50". What all of them
 * share is left out, and where names are still alike, the settings follow that differ.
 */
export function groupNames(groups: readonly RunGroup[], by: readonly RunField[]): ReadonlyMap<string, string> {
  const parts = groups.map((group) => partsOf(group, by));
  const differs = (parts[0] ?? []).map((_, place) => new Set(parts.map((one) => one[place])).size > 1);
  const hasShort = differs.includes(true);
  const names = parts.map((one) => one.filter((_, place) => !hasShort || differs[place]).join(' · '));
  return new Map(
    groups.map((group, index) => {
      const alike = groups.filter((_, other) => names[other] === names[index]);
      const settings = alike.length < 2 ? [] : settingsOf(alike, alike.indexOf(group));
      return [group.key, [names[index], ...settings].join(' · ')];
    }),
  );
}

/** A text speaks for itself; a number needs the name of its field. */
function partsOf({ shared, runs }: RunGroup, by: readonly RunField[]): string[] {
  return by.flatMap((field, place) => {
    const [{ arm, spec }] = runs;
    if (field === SAME_CONFIGURATION)
      return [arm ?? policyName(spec.policy), networkName(spec.model), datasetName(spec.dataset)];
    const value = shared[place] ?? null;
    if (isUnknown(value)) return [`no ${field.title}`];
    const text = fieldTextWithUnit(field.format, value);
    return [field.format === 'text' ? text : `${field.title}: ${text}`];
  });
}

/** "epochs: 20": what the group of this place sets otherwise than the others. */
function settingsOf(groups: readonly RunGroup[], place: number): string[] {
  const firsts = groups.map(({ runs: [{ spec, data, weights }] }) => ({ spec, data, weights, environment: null }));
  return configRows(firsts)
    .filter(({ key, differs }) => differs && !NAMED_ALREADY.test(key))
    .slice(0, MOST_SETTINGS)
    .map(({ key, values }) => `${key}: ${values[place] ?? 'none'}`);
}

/** A letter of a name, and what stands next to it in its cell: box, arrow and the number of runs. */
const [LETTER_PX, BESIDE_PX] = [6.5, 148];
const WIDEST_NAME_PX = 560;

/** The width of the column of names as CSS says it: wide enough for the groups, within half of the window. */
export function nameColumnWidth(width: number, names: readonly string[]): string {
  if (names.length === 0) return `${width}px`;
  const longest = Math.max(...names.map((name) => name.length));
  const needed = Math.min(WIDEST_NAME_PX, Math.ceil(BESIDE_PX + LETTER_PX * longest));
  return `max(${width}px, min(${needed}px, 42vw))`;
}
