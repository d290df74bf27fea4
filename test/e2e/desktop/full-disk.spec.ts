import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, openApp, test } from './app-fixture.ts';
import { LONG_RUN, ownerOf, untilRun } from './owner-client.ts';

/** Enough for the checkpoints of a run, and soon filled. */
const DISK = 'size=120m';

/** A disk of its own, which only root may mount. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'freezeout-lab-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', DISK, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

test('a full disk stops the queue, says so, touches no other run, and lets it go on once there is space', async () => {
  const disk = smallDisk();
  test.skip(disk === null, 'Only root may mount a small disk.');
  if (disk === null) return;
  const home = join(disk, 'home');
  mkdirSync(home);
  const { app, page } = await openApp({ home });
  const filler = join(disk, 'filler');
  try {
    const connection = await ownerOf(home);
    const { client } = connection;
    const { runId: first } = await client.runs.start({ spec: LONG_RUN });
    const { runId: second } = await client.runs.start({ spec: { ...LONG_RUN, seed: 2 } });
    await untilRun(client, first, ({ epoch }) => epoch >= 1);
    fill(filler, disk);

    const banner = page.getByRole('alert').filter({ hasText: 'The disk is full or cannot be written: 2 runs wait.' });
    await expect(banner).toContainText('The queue goes on by itself once there is space again.', { timeout: 30_000 });
    await expect(page.getByRole('region', { name: 'What trains now' })).toContainText('The disk is full');
    await banner.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(async () => (await client.queue.show({})).standstill?.nextTryAt ?? 0).toBeGreaterThan(Date.now());
    expect(await client.runs.show({ run: second })).toMatchObject({ status: 'queued', reason: null, lastSeq: 0 });

    rmSync(filler);
    await expect(banner).toBeHidden({ timeout: 60_000 });
    await untilRun(client, first, ({ status, epoch }) => status === 'running' && epoch >= 2);
    const { checkpoints } = await client.runs.show({ run: first });
    expect(checkpoints.length).toBeGreaterThan(0);
    for (const run of [second, first]) await client.runs.stop({ run });
    connection.close();
  } finally {
    await app.close();
    execFileSync('umount', ['--lazy', disk]);
    rmSync(disk, { recursive: true });
  }
});

/** Leaves not even room for a page. */
function fill(path: string, disk: string): void {
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(path, Buffer.alloc(bavail * bsize + bsize));
  } catch (error) {
    expect(String(error)).toContain('ENOSPC');
  }
}
