import { describe, expect, it } from 'vitest';
import type { RunRecord } from '#core/records.ts';
import { ChosenFiles } from '../../src-main/electron/chosen-files.ts';
import { endNotice } from '../../src-main/electron/end-notice.ts';
import { Mailbox } from '../../src-main/electron/mailbox.ts';
import { withoutHome } from '../../src-main/electron/place-procedures.ts';
import { fractionDone } from '../../src-main/electron/training-watch.ts';
import { overlaps } from '../../src-main/electron/window-place.ts';
import { titleOf } from '../../src-main/electron/window-progress.ts';

function runWith(change: Partial<RunRecord>): RunRecord {
  const named = {
    id: 'r1',
    studyId: 's1',
    studyName: 'quick',
    arm: 'cubic 0.8',
    seed: 2,
    reason: null,
    testError: 0.0512,
  };
  return { ...named, status: 'finished', epoch: 0, steps: 100, stepsPerEpoch: 10, ...change } as RunRecord;
}

describe('what a notification says', () => {
  const alone = runWith({ studyId: null, studyName: null });

  it('of a run without a study, at its end', () => {
    expect(endNotice({ type: 'run.finished', run: alone, study: null })).toEqual({
      title: 'A run is finished',
      body: 'Run r1: test error 5.12 %',
      hash: '#/runs/r1',
    });
  });

  it('of a study, once nothing of it is left to train', () => {
    const run = runWith({});
    const left = [run, runWith({ status: 'queued' })];
    expect(endNotice({ type: 'run.finished', run, study: left })).toBeNull();
    const ended = [run, runWith({ status: 'failed' })];
    expect(endNotice({ type: 'run.finished', run, study: ended })).toEqual({
      title: 'A study has ended',
      body: 'quick: 1 of 2 runs are finished.',
      hash: '#/studies/s1',
    });
    expect(endNotice({ type: 'run.finished', run, study: [run] })?.body).toBe('quick: all 1 runs are finished.');
  });

  it('of what went wrong, at once; of what the user ended, nothing', () => {
    const run = runWith({ status: 'failed', reason: 'The images are not there.' });
    expect(endNotice({ type: 'run.failed', run, study: [run] })).toEqual({
      title: 'A run failed',
      body: 'quick, cubic 0.8, seed 2: The images are not there.',
      hash: '#/runs/r1',
    });
    expect(endNotice({ type: 'run.paused', run, study: [run] })).toBeNull();
    expect(endNotice({ type: 'run.stopped', run, study: [run] })).toBeNull();
  });
});

describe('how far a study is', () => {
  it('counts epochs, of runs that ended early all of them', () => {
    const running = runWith({ status: 'running', epoch: 4 });
    expect(fractionDone([running, runWith({ status: 'queued' })])).toBe(4 / 20);
    expect(fractionDone([running, runWith({ status: 'diverged', epoch: 1 })])).toBe(14 / 20);
    // 95 steps of 10 an epoch: the tenth epoch is cut off, but it is one.
    expect(fractionDone([runWith({ status: 'running', epoch: 5, steps: 95 })])).toBe(0.5);
    expect(fractionDone([])).toBeNull();
  });

  it('stands in the title before the page', () => {
    const now = { runs: [], name: 'quick', fraction: 0.429 };
    expect(titleOf(now, 'FreezeOut Lab')).toBe('42 % quick - FreezeOut Lab');
    expect(titleOf({ ...now, name: 'x'.repeat(200) }, 'Runs')).toBe(`42 % ${'x'.repeat(39)}… - Runs`);
    expect(titleOf({ ...now, name: null }, 'Runs')).toBe('Runs');
  });
});

describe('chosen files', () => {
  it('are known by their token until they are used, and the oldest is forgotten', () => {
    const idx = { dataset: 'idx' };
    const files = new ChosenFiles();
    const { token, name } = files.add('/data/mnist', idx);
    expect(name).toBe('mnist');
    expect(files.get(token, idx)).toBe('/data/mnist');
    for (const other of [{ dataset: 'npz' }, 'weights'] as const) {
      expect(() => files.get(token, other)).toThrow('chosen for something else');
    }
    for (let count = 0; count < 20; count++) files.add(`/data/${count}`, idx);
    expect(() => files.get(token, idx)).toThrow('choose it again');
    expect(() => files.get('/data/mnist', idx)).toThrow('choose it again');
  });
});

describe('what the page was not there for', () => {
  it('waits for it, and is told once', async () => {
    const mailbox = new Mailbox<number>();
    mailbox.put(1);
    const first = new AbortController();
    const heard = mailbox.follow(first.signal);
    expect((await heard.next()).value).toBe(1);
    mailbox.put(2);
    expect((await heard.next()).value).toBe(2);
    first.abort();
    mailbox.put(3);
    expect((await mailbox.follow(undefined).next()).value).toBe(3);
  });
});

describe('the start', () => {
  it('finds a window on a screen, and not beside all of them', () => {
    const screen = { x: 0, y: 0, width: 1920, height: 1080 };
    expect(overlaps(screen, { x: 100, y: 100, width: 800, height: 600 })).toBe(true);
    expect(overlaps(screen, { x: 1900, y: 100, width: 800, height: 600 })).toBe(false);
    expect(overlaps(screen, { x: 100, y: -2000, width: 800, height: 600 })).toBe(false);
  });

  it('with another home drops the old one', () => {
    expect(withoutHome(['--no-sandbox', '/app', '--home', '/a b'])).toEqual(['--no-sandbox', '/app']);
    expect(withoutHome(['/app', '--home=/a'])).toEqual(['/app']);
  });
});
