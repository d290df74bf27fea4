import type { RunRecord } from '#core/records.ts';
import type { RunStatus } from '#core/run.ts';
import type { RunEvent, RunEventOf } from '#core/run-event.ts';
import { START_ANEW } from '#core/window-words.ts';
import { counted } from './format.ts';
import { isPossible } from './possible-actions.ts';
import { runTitle } from './run-title.ts';

/** What a page about a run can offer to do. */
export type AdvisedAction = 'resume' | 'anew' | 'duplicate' | 'log' | 'restore';

/** The notice above a run that does not train as it should. */
export interface RunAdvice {
  readonly tone: 'bad' | 'active' | 'muted';
  readonly title: string;
  readonly text: string;
  readonly actions: readonly AdvisedAction[];
}

type AdvisedRun = Pick<
  RunRecord,
  'status' | 'reason' | 'imported' | 'locked' | 'deleted' | 'epoch' | 'lastSeq' | 'id' | 'elsewhere'
>;

/** The notice for this run; null if there is nothing to say. */
export function adviceFor(run: AdvisedRun, queue: readonly RunRecord[]): RunAdvice | null {
  if (run.deleted) return IN_TRASH;
  if (run.status === 'queued' && run.elsewhere?.isThere === true) return sentAdvice(run.elsewhere);
  if (run.status === 'queued') return queueAdvice(run, queue);
  return run.status in ADVICE ? ADVICE[run.status as keyof typeof ADVICE](run) : null;
}

/** The notice for a run that trains, and that had to go on from an older checkpoint; null for any other. */
export function passedOverAdvice({ status }: AdvisedRun, history: readonly RunEvent[]): RunAdvice | null {
  if (status !== 'running') return null;
  const last = history.findLast(
    (event): event is RunEventOf<'run.resumed'> => event.type === 'run.resumed' && event.step !== null,
  );
  const { passedOver = [] } = last ?? {};
  if (passedOver.length === 0) return null;
  const text = `${passedOver.join(' ')} What it had trained since then is trained again.`;
  return { tone: 'active', title: 'It goes on from an older checkpoint', text, actions: ['log'] };
}

const IN_TRASH: RunAdvice = {
  tone: 'muted',
  title: 'In the trash',
  text: 'It counts in no comparison and can be restored until it is deleted for ever.',
  actions: ['restore'],
};

const ADVICE = {
  failed: (run: AdvisedRun): RunAdvice => ({
    tone: 'bad',
    title: 'It failed',
    text: `${reasonText(run)} ${goesOn(run)} The trainer's log says more; a duplicate starts anew with what you change.`,
    actions: [...resume(run), 'log', 'duplicate'],
  }),
  diverged: (run: AdvisedRun): RunAdvice => ({
    tone: 'bad',
    title: 'It diverged',
    text: `${reasonText(run)} The same spec would diverge again: duplicate it with a lower learning rate, or a later t0.`,
    actions: ['duplicate'],
  }),
  interrupted: (run: AdvisedRun): RunAdvice => ({
    tone: 'active',
    title: 'It was interrupted',
    text: `${reasonText(run)} ${goesOn(run)}`,
    actions: [...resume(run), 'log'],
  }),
  paused: (run: AdvisedRun): RunAdvice => ({
    tone: 'muted',
    title: 'It is paused',
    text: `${reasonText(run)} ${goesOn(run)}`,
    actions: resume(run),
  }),
  stopped: (run: AdvisedRun): RunAdvice => ({
    tone: 'muted',
    title: 'It was stopped',
    text: `${reasonText(run)} ${goesOn(run)}`,
    actions: resume(run),
  }),
} as const satisfies Partial<Record<RunStatus, (run: AdvisedRun) => RunAdvice>>;

function resume(run: AdvisedRun): readonly AdvisedAction[] {
  if (!isPossible('resume', run)) return [];
  return offersAnew(run) ? ['resume', 'anew'] : ['resume'];
}

/** Whether the run ended because none of its checkpoints can be used: then it goes on only once they are restored. */
function offersAnew({ reason }: AdvisedRun): boolean {
  return reason?.includes(START_ANEW) ?? false;
}

function reasonText({ reason }: AdvisedRun): string {
  if (reason === null) return '';
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}

function goesOn(run: AdvisedRun): string {
  const { imported, epoch } = run;
  if (offersAnew(run)) return '';
  if (imported) return 'It was imported and has no checkpoint here, so it cannot go on.';
  return epoch === 0 ? 'It can start again.' : `It can go on from its last checkpoint; epoch ${epoch} was its last.`;
}

/** The head of the page says what its job does there. */
function sentAdvice({ machine }: NonNullable<RunRecord['elsewhere']>): RunAdvice {
  const text = 'It trains when its turn comes there, also when this window is closed; what it reports is shown here.';
  return { tone: 'muted', title: `It was sent to ${machine}`, text, actions: [] };
}

function queueAdvice(run: AdvisedRun, queue: readonly RunRecord[]): RunAdvice {
  const training = queue.find(({ status }) => status === 'running');
  if (training === undefined) {
    const text =
      'Nothing trains now. If it does not start in a moment, the program that queued it has ended: resume it.';
    return { tone: 'muted', title: 'It waits in the queue', text, actions: ['resume'] };
  }
  const waiting = queue.filter(({ status }) => status === 'queued');
  return {
    tone: 'muted',
    title: placeText(run, waiting),
    text: `Runs train one at a time; now it is ${runTitle(training)}.`,
    actions: [],
  };
}

/** The list has the queue's order unless a run was resumed: resumed runs wait behind all others. */
function placeText({ id }: AdvisedRun, waiting: readonly RunRecord[]): string {
  const before = waiting.findIndex((run) => run.id === id);
  if (before < 0 || waiting.some((run) => run.lastSeq > 0)) {
    return `It waits in the queue, one of ${counted(waiting.length, 'run')}`;
  }
  return before === 0 ? 'It is next in the queue' : `It waits in the queue, behind ${counted(before, 'run')}`;
}
