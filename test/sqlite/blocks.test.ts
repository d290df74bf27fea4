import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SentBlock } from '#core/block/sent-block.ts';
import { blockCourseSchema } from '#core/machines/block-course.ts';
import { SqliteBlocks } from '../../src-main/sqlite/blocks.ts';
import { openDatabase } from '../../src-main/sqlite/database.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import {
  ARMS,
  epochFinished,
  newRun,
  newStudy,
  numbered,
  started,
  temporaryFolder,
} from '../support/store-fixtures.ts';

const BLOCK: SentBlock = {
  id: 'block-1',
  machine: 'cluster',
  folder: '/scratch/jobs/block-1',
  runs: ['second', 'first'],
  submittedAt: 2000,
  after: [],
  course: blockCourseSchema.parse({ version: '0.1.0', time: null }),
};

function storeWithBlock() {
  const opened = openedStore();
  opened.store.enqueue([newRun('first'), newRun('second'), newRun('here')]);
  opened.blocks.sendBlocks([BLOCK]);
  return opened;
}

/** A home's store, and the part of it that knows what is elsewhere. */
function openedStore() {
  const path = join(temporaryFolder(), 'lab.sqlite');
  const database = openDatabase(path);
  onTestFinished(() => void database.close());
  return { path, store: SqliteStore.over(database), blocks: new SqliteBlocks(database) };
}

/** What another owner of the same home finds. */
function openedAgain(store: SqliteStore, path: string): SqliteStore {
  store.close();
  return SqliteStore.open(path);
}

describe('runs that train elsewhere', () => {
  it('are in no queue here, and in the order of their block', () => {
    const { store, blocks } = storeWithBlock();
    expect(blocks.blocks()).toEqual([BLOCK]);
    expect(store.queue().runs.map(({ id }) => id)).toEqual(['here']);
    expect(store.nextQueued(['first', 'second'])).toBeNull();
    store.moveInQueue('here', 1);
    expect(() => store.moveInQueue('first', 1)).toThrow('Run first is with another machine');
  });

  it('are left alone when the home is opened, and take the next event of their trainer', () => {
    const { store, path } = storeWithBlock();
    const [begins, epoch] = numbered('first', [started, epochFinished(1)]);
    store.appendEvents([begins]);
    store.appendEvents(numbered('here', [started]));
    const again = openedAgain(store, path);
    expect(again.run('here')).toMatchObject({ status: 'interrupted', lastSeq: 2 });
    expect(again.run('first')).toMatchObject({ status: 'running', lastSeq: 1 });
    again.appendEvents([epoch]);
    expect(again.events('first')).toMatchObject([begins, epoch]);
    again.close();
  });

  it('are changed by nobody here while an attempt can still write', () => {
    const { store, blocks } = storeWithBlock();
    store.appendEvents(numbered('first', [started]));
    const changes = [
      () => store.setStatus('second', 'paused', null),
      () => store.putBack('first', numbered('first', [epochFinished(1)], 2), 'No reason.'),
      () => store.startAnew('first', 'No reason.'),
      () => store.setDeleted('second', true),
      () => blocks.sendBlocks([{ ...BLOCK, id: 'block-2', runs: ['second'] }]),
    ];
    for (const change of changes) expect(change).toThrow(/elsewhere|another machine/);
    expect(store.run('first')).toMatchObject({ status: 'running', lastSeq: 1 });
    expect(store.run('second')).toMatchObject({ status: 'queued', deleted: false });
  });

  it('keep their study out of the trash', () => {
    const { store, blocks } = openedStore();
    store.createStudy(newStudy('study-1', 'mine'), ARMS, [1]);
    store.enqueue([newRun('alone', { studyId: 'study-1', arm: ARMS[1].name })]);
    blocks.sendBlocks([{ ...BLOCK, runs: ['alone'] }]);
    expect(() => store.deleteStudy('study-1')).toThrow('The run alone trains elsewhere: stop it first.');
    expect(store.study('study-1').deleted).toBe(false);
  });

  it('are interrupted when their block comes back without their end, and can go on here', () => {
    const { store, path, blocks } = storeWithBlock();
    store.appendEvents(numbered('first', [started, epochFinished(1)]));
    blocks.takeBlockBack('block-1', 'The job is gone.');
    expect(blocks.blocks()).toEqual([]);
    expect(store.events('first').at(-1)).toMatchObject({ type: 'run.interrupted', seq: 3, reason: 'The job is gone.' });
    expect(store.run('second')).toMatchObject({ status: 'interrupted', reason: 'The job is gone.', lastSeq: 0 });
    expect(() => blocks.takeBlockBack('block-1', 'Again.')).toThrow('There is no block block-1.');
    store.setStatus('first', 'queued', null);
    expect(store.nextQueued(['first'])?.id).toBe('first');
    openedAgain(store, path).close();
  });

  it('that have ended stay as they ended', () => {
    const { store, blocks } = storeWithBlock();
    const ended = { type: 'run.paused', step: 20, reason: 'Paused by the user.' } as const;
    store.appendEvents(numbered('first', [started, epochFinished(1), ended]));
    blocks.takeBlockBack('block-1', 'The job is gone.');
    expect(store.run('first')).toMatchObject({ status: 'paused', lastSeq: 3 });
  });

  it('leave their checkpoints there, which is known until they go on elsewhere or anew', () => {
    const { blocks } = storeWithBlock();
    expect(blocks.leftElsewhere(['first', 'here'])).toEqual([]);
    blocks.takeBlockBack('block-1', 'The job is gone.');
    const left = { run: 'first', machine: 'cluster', block: 'block-1' };
    expect(blocks.leftElsewhere(['first', 'here'])).toEqual([left]);
    blocks.forgetElsewhere('first');
    expect(blocks.leftElsewhere(['first', 'second', 'here'])).toEqual([{ ...left, run: 'second' }]);
  });
});

it('keeps how a block comes along', () => {
  const { blocks } = storeWithBlock();
  const course = { ...BLOCK.course, job: '17', state: 'waits', reason: 'Priority' } as const;
  blocks.noteCourse('block-1', course);
  expect(blocks.blocks()).toEqual([{ ...BLOCK, course }]);
  expect(() => blocks.noteCourse('block-2', course)).toThrow('There is no block block-2.');
});
