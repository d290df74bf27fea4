import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AttemptEnd } from '#core/block/block.ts';
import { toJson } from '#core/numbers.ts';
import { claimBlock } from '../../src-main/blocks/claimed-folder.ts';
import { blockRun, writeBlock, writeControl } from '../support/block-folder.ts';
import { checkpointSaved, epochFinished, numbered, started, temporaryFolder } from '../support/store-fixtures.ts';

const NO_JOB = { job: null, lateMs: 5000 };
const EVENTS = numbered('run-1', [started, epochFinished(1), checkpointSaved(20, 1), epochFinished(2)]);

function blockFolder(): string {
  const folder = temporaryFolder();
  writeBlock(folder, [blockRun('run-1'), blockRun('run-2')]);
  return folder;
}

function endOf(changes: Partial<AttemptEnd> = {}): AttemptEnd {
  return { at: 0, ended: 'yielded', reason: 'Because.', runs: {}, gaveUp: [], ...changes };
}

function linesOf(folder: string, attempt: number): readonly string[] {
  return readFileSync(join(folder, 'runs', 'run-1', `events.${attempt}.ndjson`), 'utf8').split('\n');
}

describe('the folder of a block', () => {
  it('is claimed by one attempt after the other, and the older one writes no more', async () => {
    const folder = blockFolder();
    const first = await claimBlock(folder, { job: { id: '17', node: 'n1' }, lateMs: 0 });
    await first.accepted('run-1');
    await first.append('run-1', EVENTS.slice(0, 2));
    const second = await claimBlock(folder, NO_JOB);
    expect([first.attempt, second.attempt]).toEqual([1, 2]);
    expect(await first.isSuperseded()).toBe(true);
    expect(await second.isSuperseded()).toBe(false);
    await expect(first.append('run-1', EVENTS.slice(2))).rejects.toMatchObject({ code: 'conflict' });
    expect(linesOf(folder, 1)).toHaveLength(3);
    expect(await second.accepted('run-1')).toMatchObject({ lastSeq: 2, isOver: false, vain: 0 });
  });

  it('belongs to the highest number, whoever claims at the same time and whichever claim is written last', async () => {
    const folder = blockFolder();
    const all = await Promise.all(Array.from({ length: 6 }, () => claimBlock(folder, NO_JOB)));
    expect(new Set(all.map(({ attempt }) => attempt)).size).toBe(6);
    const claim = join(folder, 'claim.json');
    writeFileSync(claim, JSON.stringify({ attempt: 2, job: null, node: null, host: 'n1', pid: 1, at: 0 }));
    const [newest] = [...all].sort((one, other) => other.attempt - one.attempt);
    expect(await newest.isSuperseded()).toBe(false);
    await newest.beat({ at: 0, run: null, step: null, seq: 0 });
    expect(JSON.parse(readFileSync(claim, 'utf8')).attempt).toBe(newest.attempt);
  });

  it('keeps whole lines alone: half a line of a killed attempt counts for nothing', async () => {
    const folder = blockFolder();
    const first = await claimBlock(folder, NO_JOB);
    await first.accepted('run-1');
    await first.append('run-1', EVENTS.slice(0, 3));
    appendFileSync(join(folder, 'runs', 'run-1', 'events.1.ndjson'), toJson(EVENTS[3]).slice(0, 40));
    const second = await claimBlock(folder, NO_JOB);
    expect(await second.accepted('run-1')).toMatchObject({ lastSeq: 3, reached: [{ step: 20, seq: 3 }] });
  });

  it.skipIf(!existsSync('/dev/full'))(
    'says that the disk is full, and writes the lines once there is space',
    async () => {
      const folder = blockFolder();
      const first = await claimBlock(folder, NO_JOB);
      await first.accepted('run-1');
      await first.append('run-1', EVENTS.slice(0, 1));
      const beat = join(folder, 'beat.1.json.1.tmp');
      symlinkSync('/dev/full', beat);
      await expect(first.beat({ at: 0, run: 'run-1', step: 1, seq: 1 })).rejects.toMatchObject({ code: 'no-space' });
      rmSync(beat, { force: true });
      await first.beat({ at: 0, run: 'run-1', step: 1, seq: 1 });
      await first.append('run-1', EVENTS.slice(1, 2));
      expect(linesOf(folder, 1)).toHaveLength(3);
    },
  );

  it('waits for events that a sign of life or an end has told of, where they are shown late', async () => {
    const folder = blockFolder();
    const first = await claimBlock(folder, NO_JOB);
    await first.accepted('run-1');
    await first.append('run-1', EVENTS.slice(0, 2));
    await first.end(endOf({ runs: { 'run-1': 4 } }));
    const second = await claimBlock(folder, { job: null, lateMs: 60_000 });
    const waiting = second.accepted('run-1');
    const isEarly = await Promise.race([waiting.then(() => true), sleep(800, false)]);
    expect(isEarly).toBe(false);
    appendFileSync(
      join(folder, 'runs', 'run-1', 'events.1.ndjson'),
      EVENTS.slice(2)
        .map((event) => `${toJson(event)}\n`)
        .join(''),
    );
    expect(await waiting).toMatchObject({ lastSeq: 4 });
  });

  it('goes on without events that never come', async () => {
    const folder = blockFolder();
    const first = await claimBlock(folder, NO_JOB);
    await first.accepted('run-1');
    await first.beat({ at: 0, run: 'run-1', step: 3, seq: 9 });
    const second = await claimBlock(folder, { job: null, lateMs: 1 });
    expect(await second.accepted('run-1')).toMatchObject({ lastSeq: 0, vain: 1 });
  });

  it("gives the user's word to the attempts that it is for", async () => {
    const folder = blockFolder();
    writeControl(folder, { attempt: 2, type: 'pause', runId: 'run-2' });
    const first = await claimBlock(folder, NO_JOB);
    expect(await first.controls()).toMatchObject([{ type: 'pause', runId: 'run-2' }]);
    await claimBlock(folder, NO_JOB);
    const third = await claimBlock(folder, NO_JOB);
    expect(await third.controls()).toEqual([]);
    writeFileSync(join(folder, 'control.json'), '{"attempt": 3, "ty');
    expect(await third.controls()).toEqual([]);
    const both = ['run-1', 'run-2'].map((runId) => ({ attempt: 3, type: 'stop', runId, reason: 'Asked for.' }));
    writeFileSync(join(folder, 'control.json'), JSON.stringify(both));
    expect(await third.controls()).toEqual(both);
  });

  it('is refused with a sentence where it is no block, or one of another version', async () => {
    const folder = temporaryFolder();
    await expect(claimBlock(folder, NO_JOB)).rejects.toThrow(
      'is no block, since it has no block.json: check the path.',
    );
    writeFileSync(join(folder, 'block.json'), JSON.stringify({ format: 2, id: 'block-1', runs: [blockRun('run-1')] }));
    await expect(claimBlock(folder, NO_JOB)).rejects.toThrow('"format" is not valid');
    writeBlock(folder, [blockRun('run-1')]);
    mkdirSync(join(folder, 'runs'), { recursive: true });
    const claimed = await claimBlock(folder, NO_JOB);
    expect(claimed.runFolder('run-1')).toBe(join(folder, 'runs', 'run-1'));
  });
});
