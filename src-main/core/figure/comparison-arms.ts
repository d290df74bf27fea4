import type { ComparedArm, ComparisonPoint } from '#core/analysis/compared-arm.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import { enumerated } from '#core/analysis/name-list.ts';
import { paretoFront } from '#core/analysis/pareto-front.ts';
import type { Interval } from '#core/analysis/statistics.ts';
import { groupedBy } from '#core/grouped.ts';
import { policyLabels } from '#core/policy/policy.ts';
import type { StudyRecord } from '#core/records.ts';
import type { ComparisonKey, ComparisonView } from './comparison-view.ts';
import { COMPARISON_KEYS } from './comparison-view.ts';
import { datasetName, networkFamily, networkName, skipName } from './labels.ts';

export interface ComparedStudy {
  readonly study: StudyRecord;
  readonly comparison: Comparison;
}

/** A network and the data that it was trained on: an arm of another network or of other images beats nobody here. */
interface FrontSetting {
  readonly network: string;
  readonly dataset: string;
  /** The hash of the images where runs recorded it; null else. */
  readonly data: string | null;
}

/** The place of one seed in the figure: x is the time saved in %, y the error by the view's measure. */
export interface SeedPlace {
  readonly x: number;
  readonly y: number;
  readonly seed: number;
  readonly runId: string;
}

/** An arm as the figure shows it, by the measures of the view. */
export interface ShownArm {
  readonly studyId: string;
  readonly studyName: string;
  readonly arm: ComparedArm;
  readonly saved: number | null;
  readonly error: number | null;
  readonly savedInterval: Interval | null;
  readonly errorInterval: Interval | null;
  readonly seeds: readonly SeedPlace[];
  /** What arms have to share to be on one front. */
  readonly setting: FrontSetting;
  /** The values that colours and panels distinguish; null for the baseline, which belongs to all. */
  readonly keys: Readonly<Record<ComparisonKey, string>> | null;
}

/** Every arm of these studies that the view shows, baselines included, in the studies' order. */
export function shownArms(studies: readonly ComparedStudy[], view: ComparisonView): ShownArm[] {
  const isHidden = (key: ComparisonKey, { keys }: ShownArm) => keys !== null && view.hidden[key]?.includes(keys[key]);
  return allArms(studies, view).filter((shown) => !COMPARISON_KEYS.some((key) => isHidden(key, shown)));
}

function allArms(studies: readonly ComparedStudy[], view: ComparisonView): ShownArm[] {
  const family = familiesSuffice(studies) ? networkFamily : networkName;
  return studies.flatMap(({ study, comparison }) =>
    comparison.arms
      .filter((arm) => view.equalTime || arm.role !== 'equal-time')
      .map((arm) => ({
        studyId: study.id,
        studyName: study.name,
        setting: {
          network: networkName(study.base.model),
          dataset: datasetName(study.base.dataset),
          data: comparison.data.sha256,
        },
        arm,
        ...placeOf(arm, view),
        keys: arm.role === 'baseline' ? null : keysOf(arm, study, { arms: comparison.arms, family }),
      })),
  );
}

/** Whether each family has only one network in these studies: then "ResNet" is enough, without its depth. */
function familiesSuffice(studies: readonly ComparedStudy[]): boolean {
  const models = studies.map(({ study }) => study.base.model);
  return new Set(models.map(networkFamily)).size === new Set(models.map(networkName)).size;
}

interface KeyContext {
  readonly arms: readonly ComparedArm[];
  readonly family: typeof networkName;
}

function keysOf(arm: ComparedArm, study: StudyRecord, { arms, family }: KeyContext): ShownArm['keys'] {
  // An equal-time baseline takes the values of the arm whose time it gets.
  const { name, policy } = arms.find((other) => other.name === arm.of) ?? arm;
  return {
    arm: name,
    ...policyLabels(policy),
    network: family(study.base.model),
    skip: skipName(study.base.model),
    dataset: datasetName(study.base.dataset),
    study: study.name,
  };
}

function placeOf(arm: ComparedArm, view: ComparisonView) {
  const isRelative = view.error === 'relative';
  const errorScale = isRelative ? 100 : 1;
  const error = isRelative ? arm.relativeErrorIncrease : arm.errorDelta;
  const errorInterval = isRelative ? arm.ci.relativeErrorIncrease : arm.ci.errorDelta;
  return {
    saved: scaled(arm.saved[view.saved], 100),
    error: scaled(error, errorScale),
    // The prediction is the same for every seed.
    savedInterval: view.saved === 'compute' ? null : scaledInterval(arm.ci[view.saved], 100),
    errorInterval: scaledInterval(errorInterval, errorScale),
    seeds: arm.points.flatMap((point) => seedPlace(point, arm, view)),
  };
}

function seedPlace(point: ComparisonPoint, arm: ComparedArm, view: ComparisonView): SeedPlace[] {
  const saved = view.saved === 'compute' ? arm.saved.compute : point[view.saved];
  const error = view.error === 'relative' ? scaled(point.relativeErrorIncrease, 100) : point.errorDelta;
  if (saved === null || error === null) return [];
  return [{ x: 100 * saved, y: error, seed: point.seed, runId: point.runId }];
}

function scaled(value: number | null, by: number): number | null {
  return value === null ? null : by * value;
}

function scaledInterval(interval: Interval | null, by: number): Interval | null {
  return interval === null ? null : [by * interval[0], by * interval[1]];
}

/** The arms of one network on one data set that no other arm of them dominates. */
export interface Front {
  /** What tells it apart from the other fronts: "ResNet 18", "ResNet 18, flowers"; null where it is the only one. */
  readonly label: string | null;
  readonly arms: readonly ShownArm[];
}

/** The fronts of the arms that are shown, by the chosen measures: one for each network and data set that has an arm to compare. */
export function frontsOf(arms: readonly ShownArm[]): readonly Front[] {
  const groups = [...groupedBy(arms, ({ setting }) => JSON.stringify(setting)).values()];
  const compared = groups.filter((group) => group.some(({ arm }) => arm.role !== 'baseline'));
  const labels = frontLabels(compared);
  return compared.map((group, index) => {
    const isOnFront = paretoFront(group.map(({ saved, error }) => ({ saved, cost: error })));
    return { label: labels[index] ?? null, arms: group.filter((_, place) => isOnFront[place]) };
  });
}

/** Network and data set as far as they differ; with the studies' names where that does not tell the fronts apart. */
function frontLabels(groups: readonly (readonly ShownArm[])[]): (string | null)[] {
  if (groups.length < 2) return groups.map(() => null);
  const differing = (['network', 'dataset'] as const).filter(
    (part) => new Set(groups.map(([{ setting }]) => setting[part])).size > 1,
  );
  const labels = groups.map(([{ setting }]) => differing.map((part) => setting[part]).join(', '));
  const namesOf = (group: readonly ShownArm[]) => enumerated([...new Set(group.map(({ studyName }) => studyName))]);
  return labels.map((label, index) =>
    labels.filter((other) => other === label).length === 1
      ? label
      : [label, namesOf(groups[index])].filter(Boolean).join(', '),
  );
}

/** The values of a key: t0 ordered by its number, everything else as it comes. */
export function valuesOf(arms: readonly ShownArm[], key: ComparisonKey): string[] {
  const values = [...new Set(arms.flatMap(({ keys }) => (keys === null ? [] : [keys[key]])))];
  return key === 't0' ? values.sort((one, other) => numberIn(one) - numberIn(other)) : values;
}

function numberIn(t0: string): number {
  const number = Number(t0.replace('t0 = ', ''));
  return Number.isNaN(number) ? Number.POSITIVE_INFINITY : number;
}
