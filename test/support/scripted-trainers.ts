import type { Hindrance } from '#core/errors.ts';
import type { Trainer, TrainerCommand, TrainerHost, TrainerMessage } from '#core/ports.ts';
import { ENDING_AT, type RunEvent, type RunEventBody } from '#core/run-event.ts';
import { planRun } from '#core/training/run-planning.ts';
import type { TrainingStage } from '#core/work.ts';
import { ENVIRONMENT, epochFinished, secondsOf } from './store-fixtures.ts';

type Start = Extract<TrainerCommand, { readonly type: 'start' }>;

/** What a scripted trainer does with a run: the events it reports, then how its process ends. */
export interface Script {
  readonly events: readonly RunEventBody[];
  /** Null where the events say how the run ended; 'wait' lasts until the host pauses, stops or kills it. */
  readonly end: string | null | 'wait';
  /** How far its start is; it has started where nothing is said. */
  readonly stage?: TrainingStage;
  /** How its process ends where the host pauses or stops it; it obeys where nothing is said. */
  readonly diesWhenTold?: string;
  /** What it meets after its events that keeps all runs from training; the events do not say how the run ended. */
  readonly failure?: { readonly message: string; readonly hinders: Hindrance };
  /** Whether it meets that before it has reported that the run has started. */
  readonly isBeforeStart?: boolean;
}

export interface ScriptedTrainers extends TrainerHost {
  /** Every run that was started, in order. */
  readonly starts: readonly Start[];
  /** The threads that each got. */
  readonly threads: readonly (number | null)[];
  readonly killed: number;
}

/** Stands in for the training processes: TensorFlow is tested where it trains. */
export function scriptedTrainers(script: (start: Start) => Script): ScriptedTrainers {
  const starts: Start[] = [];
  const threads: (number | null)[] = [];
  let killed = 0;
  return {
    starts,
    threads,
    get killed() {
      return killed;
    },
    start: (_folder, onMessage, chosen) => {
      threads.push(chosen);
      const { promise, resolve } = resolvable<string | null>();
      let played: Script | null = null;
      const emit = numberedEmitter((event) => onMessage({ type: 'event', event }));
      return {
        ended: promise.then((reason) => (reason === null ? null : { reason, isAccident: / by SIG/.test(reason) })),
        kill: () => {
          killed += 1;
          resolve('The trainer was ended by SIGKILL.');
        },
        send: (command) => {
          if (command.type === 'start') {
            starts.push(command);
            played = script(command);
            const stage = {
              emit,
              resolve,
              tell: onMessage,
              fail: (failure) => onMessage({ type: 'failed', code: 'unavailable', ...failure }),
            } satisfies Stage;
            queueMicrotask(() => played && play(command, played, stage));
          } else if (played?.diesWhenTold !== undefined) {
            resolve(played.diesWhenTold);
          } else if (command.type === 'pause' || command.type === 'stop' || command.type === 'yield') {
            emit({ type: ENDING_AT[command.type], step: 7, reason: command.reason });
            resolve(null);
          }
        },
      } satisfies Trainer;
    },
  };
}

interface Stage {
  readonly emit: (body: RunEventBody, start?: Start) => void;
  readonly resolve: (reason: string | null) => void;
  readonly tell: (message: TrainerMessage) => void;
  readonly fail: (failure: NonNullable<Script['failure']>) => void;
}

function play(start: Start, script: Script, stage: Stage): void {
  const { events, end, failure, isBeforeStart = false, stage: reached } = script;
  const { emit, resolve, tell } = stage;
  if (reached !== undefined) tell({ type: 'stage', stage: reached });
  if (!isBeforeStart)
    emit({ type: 'run.started', data: start.data, weights: null, classGaps: null, ...startedFrom(start) }, start);
  for (const event of events) emit(event);
  if (failure !== undefined) stage.fail(failure);
  if (end !== 'wait') setImmediate(() => resolve(end));
}

/** A run that trains until the host ends it. */
export function waiting(): Script {
  return { events: [], end: 'wait' };
}

/** A run that ends well, with this test error after so many seconds of training. */
export function finishing(testError: number, trainingSeconds: number): Script {
  const seconds = secondsOf(trainingSeconds);
  const events: RunEventBody[] = [
    epochFinished(1, { seconds }),
    { type: 'run.finished', testError, testLoss: 1, seconds, saved: { compute: 0, profile: null } },
  ];
  return { events, end: null };
}

function startedFrom({ spec, studyId, arm }: Start) {
  const images = {
    training: spec.train + spec.validation,
    validation: 0,
    test: spec.test,
    height: 8,
    width: 8,
    channels: 1,
    classes: 10,
  };
  const { layers, stepsPerEpoch } = planRun(spec, images);
  const normalization = { mean: [0.5], std: [0.25] };
  return { spec, layers: [...layers], normalization, stepsPerEpoch, environment: ENVIRONMENT, studyId, arm };
}

function numberedEmitter(onEvent: (event: RunEvent) => void): Stage['emit'] {
  let seq = 0;
  let runId = '';
  return (body, start) => {
    if (start !== undefined) {
      seq = start.lastSeq;
      runId = start.runId;
    }
    seq += 1;
    onEvent({ ...body, seq, runId, at: seq * 1000 });
  };
}

function resolvable<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
