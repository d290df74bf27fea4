import { policySchema } from '#core/policy/policy.ts';
import type { ArmRecord } from '#core/records.ts';
import { resolvedRunSpecSchema, storedBaseSchema } from '#core/run.ts';
import { type RunEvent, type RunEventBody, runEventSchema } from '#core/run-event.ts';
import { CACHE_EVENTS } from '../support/cache-events.ts';
import { drawnPredictions } from '../support/predictions.ts';
import {
  ARMS,
  checkpointSaved,
  epochFinished,
  numbered,
  profiled,
  runFinished,
  specOf,
  started,
  stemFrozen,
  stepSampled,
} from '../support/store-fixtures.ts';
import type { DrawnNumbers } from './drawn-numbers.ts';
import { withExtremes } from './extreme-values.ts';

const STUDY = 'extreme';
const SEEDS = [1, 2, 3];

const MACHINE = { processorUse: 0.5, trainerMemory: 1, machineMemory: 2, processorWatts: 60, gpuUse: 0.1, gpuWatts: 9 };
const LAYERED = { ...MACHINE, gradientNorm: [0.1, null, 0.3], updateRatio: [0.1, 0.2, 0.3] };
const counted = (split: 'validation' | 'test', seed: number): RunEventBody => ({
  type: 'predictions.counted',
  ...drawnPredictions({ classNames: ['cat', 'dog', 'owl'], images: 30, seed, errorOf: () => 0.2, split }),
});
const cacheEvents = CACHE_EVENTS.map(({ seq: _seq, runId: _runId, at: _at, ...body }) => body as RunEventBody);

/** What happens to a run before it ends. */
const HISTORY: readonly RunEventBody[] = [
  profiled(0.2, 0.9, 0.7),
  ...[stepSampled(0, { metrics: { gradientNorm: 0.5 } }), stepSampled(10), stepSampled(19)],
  ...[epochFinished(1, { metrics: LAYERED }), checkpointSaved(20, 10), stemFrozen],
  { type: 'run.paused', step: 20, reason: 'Paused.' },
  ...[...cacheEvents, stepSampled(30), epochFinished(2, { metrics: MACHINE })],
  { type: 'layer.unfrozen', layer: 0, step: 41, epoch: 3 },
  ...[epochFinished(3, { metrics: LAYERED }), checkpointSaved(60, 30)],
];

const ENDS: readonly RunEventBody[] = [
  runFinished(),
  { type: 'run.stopped', step: 60, reason: 'Stopped.' },
  { type: 'run.diverged', step: 59, reason: 'The loss is not finite.' },
  { type: 'run.failed', step: 3, reason: 'It failed.' },
  { type: 'run.interrupted', step: null, reason: 'It was interrupted.' },
];

interface ExtremeRun {
  readonly id: string;
  readonly arm: ArmRecord | null;
  readonly seed: number;
}

/** All types of events that runs of an extreme study have. */
export const TYPES = new Set(['run.started', 'predictions.counted', ...[...HISTORY, ...ENDS].map(({ type }) => type)]);

/** The lines of a study and of runs by themselves, whose numbers are as extreme as the schemas allow. */
export class ExtremeStudy {
  readonly #numbers: DrawnNumbers;
  readonly #oneIn: number;

  constructor(numbers: DrawnNumbers, oneIn: number) {
    this.#numbers = numbers;
    this.#oneIn = oneIn;
  }

  lines(): readonly unknown[] {
    const { policy: _policy, seed: _seed, ...plain } = specOf();
    // One study in two has an ordinary base, so that not all of its numbers go wrong at once.
    const base = this.#numbers.below(2) === 0 ? plain : withExtremes(storedBaseSchema, plain, this.#options);
    const arms = ARMS.map((arm) => this.#arm(arm));
    const study = { id: STUDY, name: STUDY, base, equalTimeBaseline: true, margin: 0.5, seeds: SEEDS, arms };
    const ofStudy = arms.flatMap((arm, index) => SEEDS.map((seed) => ({ id: `arm-${index}-${seed}`, arm, seed })));
    const alone = [1, 2, 3].map((seed) => ({ id: `alone-${seed}`, arm: null, seed }));
    return [
      { type: 'study.exported', study },
      ...ofStudy.flatMap((run) => this.#events(run, { ...base, policy: run.arm.policy })),
      ...alone.flatMap((run) => this.#events(run, withExtremes(resolvedRunSpecSchema, specOf(), this.#options))),
    ];
  }

  get #options() {
    return { numbers: this.#numbers, oneIn: this.#oneIn, fixed: ['seq', 'seed'] };
  }

  #arm(arm: ArmRecord): ArmRecord {
    const policy = arm.role === 'policy' ? withExtremes(policySchema, arm.policy, this.#options) : arm.policy;
    return { ...arm, policy, computeSaved: this.#numbers.of([arm.computeSaved, 0, 1, -1e6, 1e6, -1e-300]) };
  }

  #events({ id, arm, seed }: ExtremeRun, spec: object): readonly RunEvent[] {
    const ofArm = arm === null ? { studyId: null, arm: null } : { studyId: STUDY, arm: arm.name };
    const start = { ...started, spec: { ...spec, seed }, ...ofArm } as RunEventBody;
    const end = this.#numbers.below(3) === 0 ? this.#numbers.of(ENDS) : ENDS[0];
    const tested = end.type === 'run.finished' ? [counted('validation', seed), counted('test', seed)] : [];
    const events = numbered(id, [start, ...HISTORY, ...tested, end]);
    return events.map((event) => {
      const fixed = [...this.#options.fixed, 'spec'];
      return withExtremes(runEventSchema, event, { ...this.#options, fixed });
    });
  }
}
