import { windowSentence } from '#core/window-words.ts';
import type { RunEnd } from './training-watch.ts';

/** A notification of the system: what it says, and the page that a click on it opens. */
export interface EndNotice {
  readonly title: string;
  readonly body: string;
  readonly hash: string;
}

/**
 * The notification of a run's end. A study announces its own end rather than that of each run; a failure is announced at
 * once. Null where the user asked for the end, or where there is nothing worth announcing.
 */
export function endNotice({ type, run, study }: RunEnd): EndNotice | null {
  const hash = `#/runs/${run.id}`;
  if (type === 'run.failed' || type === 'run.diverged' || type === 'run.interrupted') {
    const title = {
      'run.failed': 'A run failed',
      'run.diverged': 'A run diverged',
      'run.interrupted': 'A run was interrupted',
    };
    return {
      title: title[type],
      body: [nameOf(run), run.reason === null ? null : windowSentence(run.reason)].filter(Boolean).join(': '),
      hash,
    };
  }
  if (type !== 'run.finished') return null;
  if (study === null) return { title: 'A run is finished', body: `${nameOf(run)}${testError(run)}`, hash };
  return study.some(({ status }) => status === 'running' || status === 'queued') ? null : studyNotice(run, study);
}

function studyNotice({ studyId, studyName }: RunEnd['run'], study: NonNullable<RunEnd['study']>): EndNotice {
  const finished = study.filter(({ status }) => status === 'finished').length;
  const all = finished === study.length;
  return {
    title: all ? 'A study is finished' : 'A study has ended',
    body: `${studyName ?? studyId}: ${all ? `all ${finished}` : `${finished} of ${study.length}`} runs are finished.`,
    hash: `#/studies/${studyId}`,
  };
}

function nameOf({ id, studyName, arm, seed }: RunEnd['run']): string {
  return studyName === null ? `Run ${id}` : `${studyName}, ${arm ?? 'run'}, seed ${seed}`;
}

function testError({ testError: error }: RunEnd['run']): string {
  return error === null ? '' : `: test error ${(100 * error).toFixed(2)} %`;
}
