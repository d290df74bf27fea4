import { expect, it } from 'vitest';
import type { JobRecord } from '#core/machines/job-record.ts';
import type { Change } from '#core/records.ts';
import { destinationOn } from '../../../src-renderer/lib/destination.ts';
import { jobPlace, jobState } from '../../../src-renderer/lib/job-words.ts';
import { RemoteJobs } from '../../../src-renderer/state/remote-jobs.svelte.ts';

const WAITING: JobRecord = {
  ...{ block: 'b1', machine: 'cluster', folder: '/jobs/b1', runs: ['r1', 'r2'], submittedAt: 1, job: '17' },
  ...{ state: 'waits', reason: 'Priority', node: null, attempt: 0, link: null, waitsFor: null, calibrates: [] },
};
const TRAINING: JobRecord = { ...WAITING, state: 'runs', reason: null, node: 'n17', attempt: 2 };

it('reads the jobs again when runs change, and keeps what was heard last where nobody answers', async () => {
  let answer: () => Promise<JobRecord[]> = async () => [WAITING];
  let hear: (change: Change) => void = () => undefined;
  const live = {
    onChange: (listener: (change: Change) => void) => {
      hear = listener;
      return () => undefined;
    },
  };
  const jobs = new RemoteJobs({ api: { jobs: { list: () => answer() } }, live } as never);
  jobs.follow();
  await expect.poll(() => jobs.ofRun('r2')).toEqual(WAITING);
  expect(jobs.ofRun('r3')).toBeNull();
  answer = async () => [TRAINING];
  hear({ kind: 'studies', ids: [] });
  hear({ kind: 'runs', ids: [] });
  await expect.poll(() => jobs.all).toEqual([TRAINING]);
  answer = async () => Promise.reject(new Error('Nobody.'));
  hear({ kind: 'runs', ids: [] });
  await new Promise((resolve) => setTimeout(resolve));
  expect(jobs.all).toEqual([TRAINING]);
});

it('tells waiting from training, and a machine that cannot be heard', () => {
  expect(jobState(WAITING)).toBe('waits: Priority');
  expect(jobPlace(WAITING)).toBe('cluster');
  expect(jobState(TRAINING)).toBe('trains');
  expect(jobState({ ...TRAINING, calibrates: ['r1'] })).toBe('measures step times');
  expect(jobState({ ...WAITING, calibrates: ['r1'] })).toBe('waits, to measure step times: Priority');
  expect(jobState({ ...WAITING, state: 'new', waitsFor: 'calibration' })).toBe(
    'is sent once the step times are measured',
  );
  expect(jobState({ ...WAITING, state: 'new', waitsFor: 'policy' })).toBe(
    'is sent once the runs of the policy are over',
  );
  expect(jobPlace(TRAINING)).toBe('cluster · n17 · attempt 2');
  const link = { state: 'down', reason: 'no route', since: 1 } as const;
  expect(jobState({ ...TRAINING, link })).toBe('trains, out of sight');
});

it('says nothing of where in a request for this machine', () => {
  expect(destinationOn(null)).toEqual({});
  expect(destinationOn('cluster')).toEqual({ on: { machine: 'cluster' } });
});
