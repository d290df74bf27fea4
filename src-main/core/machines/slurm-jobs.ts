import { endOfJob } from '../block/slurm-words.ts';
import type { SeenJob } from './ports.ts';

// What Slurm says of jobs, in the forms that every version since 20.02 has: lines of `squeue -o`, and `scontrol show job -o`.

/** For `squeue -o`: id, comment, state, reason, nodes, end. */
export const SQUEUE_FORMAT = '%i|%k|%T|%r|%N|%e';

const COMMENT = 'freezeout:';
const LINE = /^(\d+)\|freezeout:([A-Za-z0-9_-]{1,64})\|([A-Z_]+)\|(.*)\|([^|]*)\|([^|]*)$/;

/** By its comment, which is in no file of ours, a job is found again whose number was never heard. */
export function commentOf(block: string): string {
  return `${COMMENT}${block}`;
}

type State = SeenJob['state'];

const STATES: Readonly<Record<string, State>> = {
  PENDING: 'waits',
  REQUEUED: 'waits',
  REQUEUE_HOLD: 'held',
  SPECIAL_EXIT: 'held',
  COMPLETING: 'ending',
  STAGE_OUT: 'ending',
  COMPLETED: 'over',
  CANCELLED: 'over',
  FAILED: 'over',
  TIMEOUT: 'over',
  NODE_FAIL: 'over',
  PREEMPTED: 'over',
  BOOT_FAIL: 'over',
  DEADLINE: 'over',
  OUT_OF_MEMORY: 'over',
  REVOKED: 'over',
};

/** A state of a later version says nothing from which we could act: such a job is taken to run. */
function stateOf(word: string, reason: string | null): State {
  const state = STATES[word] ?? 'runs';
  return state === 'waits' && /^JobHeld|requeued held$/.test(reason ?? '') ? 'held' : state;
}

/** Nothing is said by these. */
function orNull(word: string): string | null {
  return ['', 'None', '(null)', 'N/A', 'Unknown'].includes(word) ? null : word;
}

/** Our jobs among the lines of `squeue -h -o SQUEUE_FORMAT`. */
export function listedJobs(answer: string): readonly SeenJob[] {
  return answer.split('\n').flatMap((line) => {
    const [, id, block, word, said, node, end] = LINE.exec(line.trim()) ?? [];
    if (id === undefined) return [];
    const reason = orNull(said);
    return [{ block, id, state: stateOf(word, reason), word, reason, node: orNull(node), endsAt: endOfJob(end) }];
  });
}

/** The job of `scontrol show job ID -o`; null where that is none of ours. */
export function shownJob(answer: string): SeenJob | null {
  const id = /^JobId=(\d+)\s/.exec(answer.trim())?.[1];
  const block = / Comment=freezeout:([A-Za-z0-9_-]{1,64})(\s|$)/.exec(answer)?.[1];
  const [, word, said = ''] = / JobState=([A-Z_]+) Reason=(.*?) Dependency=/.exec(answer) ?? [];
  if (id === undefined || block === undefined || word === undefined) return null;
  const value = (key: string) => orNull(new RegExp(` ${key}=(\\S*)`).exec(answer)?.[1] ?? '');
  const reason = orNull(said);
  const [node, endsAt] = [value('NodeList'), endOfJob(value('EndTime') ?? '')];
  return { block, id, state: stateOf(word, reason), word, reason, node, endsAt };
}

/** Of several jobs of one block, the one that counts: the newest that is not over, else the newest. */
export function jobOfBlock(jobs: readonly SeenJob[], block: string): SeenJob | null {
  const own = jobs.filter((job) => job.block === block).sort((one, other) => Number(other.id) - Number(one.id));
  return own.find(({ state }) => state !== 'over') ?? own[0] ?? null;
}
