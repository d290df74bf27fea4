import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { machineSchema } from '#core/machines/machine.ts';
import { runFoldersIn } from '../../src-main/checkpoints/run-folders.ts';
import { homeMachines } from '../../src-main/machines/home-machines.ts';
import { saveMachines } from '../../src-main/machines/machines-file.ts';
import { RemoteFiles } from '../../src-main/services/remote-files.ts';
import { Works } from '../../src-main/services/works.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

/** A home, and the folder of a block in which run-1 has left files, on a machine where commands run on the spot. */
async function opened() {
  const [home, folder] = [temporaryFolder(), temporaryFolder()];
  await saveMachines(home, [machineSchema.parse({ name: 'box', ssh: null, root: folder })]);
  const works = new Works({ clock: { now: () => 0 } });
  const folders = runFoldersIn(home);
  const files = new RemoteFiles({ machines: homeMachines(home), folders, works, lookMs: 20 });
  const run = { id: 'run-1', status: 'failed' as const, elsewhere: { machine: 'box', folder, isThere: false } };
  const put = (name: string, content: string | Uint8Array) => {
    const path = join(folder, 'runs', 'run-1', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  return { home, folder, files, folders, run, put };
}

describe('the weights of a run on another machine', () => {
  it('come once, when they are asked for, and stay', async () => {
    const { home, folder, files, folders, run, put } = await opened();
    expect(folders.finalWeights('run-1')).toBeNull();
    await files.bringWeights(run);
    expect(folders.finalWeights('run-1')).toBeNull();
    put('weights.safetensors', Buffer.alloc(100_000, 5));
    await Promise.all([files.bringWeights(run), files.bringWeights(run)]);
    rmSync(folder, { recursive: true });
    await files.bringWeights(run);
    expect(readFileSync(join(home, 'runs', 'run-1', 'weights.safetensors'))).toEqual(Buffer.alloc(100_000, 5));
  });

  it('are none of a run that was always here, and cannot come from a machine that was forgotten', async () => {
    const { home, files, run } = await opened();
    await files.bringWeights({ ...run, elsewhere: null });
    await saveMachines(home, []);
    await expect(files.bringWeights(run)).rejects.toThrow('a machine that this home no longer has');
  });
});

describe('the log of a run on another machine', () => {
  it('is told from its end on, then as it grows', async () => {
    const { files, run, put } = await opened();
    put('trainer.log', 'loads\n');
    const ended = new AbortController();
    const parts = files.log(run, { signal: ended.signal });
    expect((await parts?.next())?.value).toEqual({ text: 'loads\n', leftOut: 0, end: 6 });
    put('trainer.log', 'loads\nfails: ü');
    expect((await parts?.next())?.value).toEqual({ text: 'fails: ü', leftOut: 0, end: 15 });
    put('trainer.log', 'anew\n');
    expect((await parts?.next())?.value).toEqual({ text: 'anew\n', leftOut: 0, end: 5 });
    ended.abort();
    expect((await parts?.next())?.done).toBe(true);
    put('trainer.log', 'anew\nagain\n');
    const later = files.log(run, { from: 5, signal: AbortSignal.abort() });
    expect((await later?.next())?.value).toEqual({ text: 'again\n', leftOut: 0, end: 11 });
  });

  it('says how much of a long one is left out, and is nothing where there is none', async () => {
    const { files, run, put } = await opened();
    expect((await files.log(run, { signal: undefined })?.next())?.value).toEqual({ text: '', leftOut: 0, end: 0 });
    put('trainer.log', 'x'.repeat(300_000));
    const part = (await files.log(run, { signal: undefined })?.next())?.value;
    expect([part?.text.length, part?.leftOut]).toEqual([262_144, 300_000 - 262_144]);
    expect(files.log({ ...run, elsewhere: null }, { signal: undefined })).toBeNull();
  });

  it('is kept by its end, and says where the rest is', async () => {
    const { home, files, run, put, folder } = await opened();
    put('trainer.log', `${'line\n'.repeat(60_000)}last\n`);
    await files.keepLog(run);
    const kept = readFileSync(join(home, 'runs', 'run-1', 'trainer.log'), 'utf8').split('\n');
    expect(kept[0]).toBe(`(What was written before is in ${join(folder, 'runs', 'run-1', 'trainer.log')} of box.)`);
    expect([kept[1], ...kept.slice(-2)]).toEqual(['line', 'last', '']);
    expect(files.log(run, { signal: undefined })).toBeNull();
  });
});
