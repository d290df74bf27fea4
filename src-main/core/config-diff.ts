import { shortHash } from './data/run-data.ts';
import type { RunRecord } from './records.ts';

/** The configuration of a run, and the environment in which it ran. */
export type Configured = Pick<RunRecord, 'spec' | 'data' | 'weights' | 'environment'>;

/** A setting of several runs side by side. */
export interface ConfigRow {
  /** `optimizer.learningRate`. */
  readonly key: string;
  readonly part: 'configuration' | 'environment';
  /** The value of each run; null where a run has no such setting. */
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}

const DATA_KEY = 'data SHA-256';
const WEIGHTS_KEY = 'weights SHA-256';

/** Every setting that any of these runs has, as nested keys in the order of the specs. */
export function configRows(runs: readonly Configured[]): readonly ConfigRow[] {
  return [
    ...rowsOf(
      'configuration',
      runs.map(({ spec, data, weights }) =>
        flattened({ ...spec, [DATA_KEY]: data && shortHash(data), [WEIGHTS_KEY]: weights && shortHash(weights) }),
      ),
    ),
    ...rowsOf(
      'environment',
      runs.map(({ environment }) => flattened(environment ?? {})),
    ),
  ];
}

type Settings = ReadonlyMap<string, string>;

function rowsOf(part: ConfigRow['part'], runs: readonly Settings[]): ConfigRow[] {
  return mergedKeys(runs).map((key) => {
    const values = runs.map((settings) => settings.get(key) ?? null);
    return { key, part, values, differs: new Set(values).size > 1 };
  });
}

/** A key that only later runs have comes after the key that it follows there. */
function mergedKeys(runs: readonly Settings[]): string[] {
  const keys: string[] = [];
  for (const settings of runs) {
    let place = 0;
    for (const key of settings.keys()) {
      const known = keys.indexOf(key);
      if (known < 0) keys.splice(place, 0, key);
      place = (known < 0 ? place : known) + 1;
    }
  }
  return keys;
}

function flattened(value: object, prefix = ''): Settings {
  return new Map(
    Object.entries(value).flatMap(([name, inner]): (readonly [string, string])[] => {
      const key = prefix + name;
      if (inner === undefined || inner === null) return [];
      if (typeof inner === 'object' && !Array.isArray(inner)) return [...flattened(inner, `${key}.`)];
      return [[key, settingText(inner)]];
    }),
  );
}

/** Numbers are written as they are typed, the points of a curve as "0→0.5, 1→1". */
function settingText(value: unknown): string {
  if (Array.isArray(value))
    return value.map((one) => (Array.isArray(one) ? one.join('→') : settingText(one))).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** What tells weights apart where no run recorded their hash. */
const WEIGHTS_SOURCES = ['weights.path', 'weights.name', 'weights.run'];
const IMAGE_KEYS = ['train', 'validation', 'test'];
const MACHINE_KEYS = ['backend', 'device', 'processor', 'cores', 'threads.intraOp'];
const NODE_KEYS = ['host', 'gpu.uuid'];

const OTHER_MACHINE = 'These runs did not run on the same machine: their times are not comparable.';
const SAME_KIND =
  'These runs ran on other nodes, or other GPUs, of the same kind: their times may differ by a few percent.';

/** Whether all runs say on which kind of machine they ran. */
function isKindKnown(rows: readonly ConfigRow[]): boolean {
  const isKnown = (key: string) =>
    rows.some((row) => row.key === key && row.values.every((value) => value !== null && value !== 'unknown'));
  return ['device', 'processor', 'cores'].every(isKnown);
}

/** Reasons why numbers of these runs are not comparable as they stand, each in one sentence. */
export function comparisonWarnings(rows: readonly ConfigRow[]): readonly string[] {
  const differs = (matches: (key: string) => boolean, part: ConfigRow['part'] = 'configuration') =>
    rows.some((row) => row.differs && row.part === part && matches(row.key));
  const isDataset = (key: string) => key === 'dataset' || key.startsWith('dataset.');
  const warnings: string[] = [];
  const hashes = rows.find(({ key }) => key === DATA_KEY)?.values ?? [];
  const areRecorded = hashes.length > 0 && hashes.every((hash) => hash !== null);
  if (areRecorded ? differs((key) => key === DATA_KEY) : differs(isDataset))
    warnings.push('These runs train on different data sets: their losses and errors are not comparable.');
  else if (differs((key) => IMAGE_KEYS.includes(key))) {
    warnings.push('These runs are trained, validated or tested on different numbers of images.');
  }
  const hasHashes = rows.some(({ key }) => key === WEIGHTS_KEY);
  if (differs((key) => (hasHashes ? key === WEIGHTS_KEY : WEIGHTS_SOURCES.includes(key)))) {
    warnings.push(
      'These runs do not begin with the same weights: what the policy does is not told from what the weights do.',
    );
  }
  if (differs((key) => key === 'split')) {
    warnings.push(
      'Their validation images are not chosen by the same rule, so they are not trained on the same images.',
    );
  }
  if (differs((key) => key === 'batchSize')) {
    warnings.push('A step does not have the same number of images in all of them: compare by epoch, not by step.');
  }
  if (differs((key) => key === 'precision')) {
    warnings.push('Their products are not computed in the same precision: their times and errors differ by that too.');
  }
  if (differs((key) => MACHINE_KEYS.includes(key), 'environment')) {
    warnings.push(OTHER_MACHINE);
  } else if (differs((key) => NODE_KEYS.includes(key), 'environment')) {
    warnings.push(isKindKnown(rows) ? SAME_KIND : OTHER_MACHINE);
  }
  return warnings;
}
