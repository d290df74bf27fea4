import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventsFile } from '#core/block/attempt-files.ts';
import { endSchema } from '#core/block/block.ts';
import type { RunEvent } from '#core/run-event.ts';
import { blockEvents } from '../../src-main/work.ts';
import { blockRun, writeBlock } from '../support/block-folder.ts';
import { startLab } from '../support/lab-process.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';
import { measured } from '../support/train-in-parts.ts';

const EPOCHS = 12;

function blockIn(folder: string): string {
  writeBlock(folder, [blockRun('run-1', { epochs: EPOCHS })]);
  return folder;
}

/** A life of `lab work`, which tells its events as they are stored. */
function work(folder: string) {
  // The same threads in every life, since sums may depend on them.
  return startLab(join(folder, 'no-home'), ['work', folder, '--json'], { env: { SLURM_CPUS_PER_TASK: '2' } });
}

const atEpoch = (epoch: number) => (event: RunEvent) => event.type === 'epoch.finished' && event.epoch >= epoch;

/** What whoever reads the folder accepts of the run. */
async function accepted(folder: string): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of blockEvents(folder)) events.push(event);
  return events;
}

function endOf(folder: string, attempt: number) {
  return endSchema.parse(JSON.parse(readFileSync(join(folder, `end.${attempt}.json`), 'utf8')));
}

function weightsIn(folder: string): Buffer {
  return readFileSync(join(folder, 'runs', 'run-1', 'weights.safetensors'));
}

/** The last report of each epoch, without what the clock decides. */
function epochsOf(events: readonly RunEvent[]) {
  const epochs = new Map(
    measured(events).flatMap((event) => (event.type === 'epoch.finished' ? [[event.epoch, event]] : [])),
  );
  return [...epochs.values()];
}

// Every life loads TensorFlow: long on a busy machine.
describe('lab work', { timeout: 900_000 }, () => {
  let whole: { readonly events: readonly RunEvent[]; readonly weights: Buffer };

  it('trains a block to its end, and says so in its folder', async () => {
    const folder = blockIn(temporaryFolder());
    expect(await work(folder).ended).toMatchObject({ code: 0 });
    whole = { events: await accepted(folder), weights: weightsIn(folder) };
    expect(endOf(folder, 1)).toMatchObject({ ended: 'done', runs: { 'run-1': whole.events.length } });
    expect(whole.events.at(-1)).toMatchObject({ type: 'run.finished' });
  });

  /** As if nothing had happened to it. */
  async function expectWhole(folder: string): Promise<void> {
    const events = await accepted(folder);
    expect(events.every(({ seq }, index) => index === 0 || seq > events[index - 1].seq)).toBe(true);
    expect(epochsOf(events)).toEqual(epochsOf(whole.events));
    expect(weightsIn(folder).equals(whole.weights)).toBe(true);
  }

  it('goes on by itself through a preemption, a kill in the midst of a line, and a node that was taken for lost', async () => {
    const folder = blockIn(temporaryFolder());
    const preempted = work(folder);
    await preempted.event(atEpoch(1));
    preempted.child.kill('SIGTERM');
    expect(await preempted.ended).toMatchObject({ code: 0 });
    expect(endOf(folder, 1)).toMatchObject({ ended: 'yielded', reason: 'Its process was told to end (SIGTERM).' });
    expect((await accepted(folder)).at(-1)).toMatchObject({ type: 'run.interrupted' });

    const killed = work(folder);
    await killed.event(atEpoch(3));
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toMatchObject({ code: null });
    appendFileSync(join(folder, 'runs', 'run-1', eventsFile(2)), '{"type":"epoch.fini');

    const lost = work(folder);
    await lost.event(atEpoch(4));
    const last = work(folder);
    expect(await lost.ended).toMatchObject({ code: 0 });
    expect(endOf(folder, 3)).toMatchObject({ ended: 'superseded' });
    expect(await last.ended).toMatchObject({ code: 0 });
    expect(endOf(folder, 4)).toMatchObject({ ended: 'done' });
    await expectWhole(folder);
  });

  it('says that the disk is full, and goes on once there is space, with nothing lost', async ({ skip }) => {
    const disk = smallDisk();
    if (disk === null) return skip('Only root may mount a small disk.');
    const folder = blockIn(join(disk, 'block'));
    const first = work(folder);
    await first.event(atEpoch(1));
    fill(join(disk, 'full'));
    const { code, stderr } = await first.ended;
    // It may still be able to write its last word, or not even that.
    expect([0, 1]).toContain(code);
    expect(stderr).toMatch(/disk/i);
    rmSync(join(disk, 'full'));
    expect(await work(folder).ended).toMatchObject({ code: 0 });
    await expectWhole(folder);
  });
});

function fill(path: string): void {
  for (let size = 2 ** 20; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(size));
    } catch {
      // Smaller pieces may still fit.
    }
  }
}

/** A disk of its own, which only root may mount; null where it cannot be had. */
function smallDisk(): string | null {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  return folder;
}
