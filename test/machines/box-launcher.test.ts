import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineSchema, type RemoteMachine } from '#core/machines/machine.ts';
import type { RemoteShell, SeenJob } from '#core/machines/ports.ts';
import { boxLauncher } from '../../src-main/machines/box-launcher.ts';
import { shellOf } from '../../src-main/machines/shells.ts';
import { localShell } from '../../src-main/machines/spawned-shell.ts';
import { sshd, startSshd } from '../support/sshd.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync("/tmp/it's a box-");
});
afterEach(async () => {
  for (const { id } of await boxLauncher.jobs(localShell, box())) await boxLauncher.cancel(localShell, box(), id);
  rmSync(root, { recursive: true });
});

const box = (gpus: readonly string[] = []): RemoteMachine =>
  machineSchema.parse({ name: 'box', ssh: null, root, gpus });

/** In the place of `lab`: says with which GPU it works on which folder, and ends when it is told to, or by a signal. */
function labIn(folder: string, onTerm = 'echo saved; exit 0'): string {
  const lab = join(folder, 'lab');
  const text = `#!/bin/sh
trap '${onTerm}' TERM
echo "$1 with \${CUDA_VISIBLE_DEVICES:-no GPU} as $$" >"$2/begun"
while [ ! -e "$2/end" ]; do sleep 0.05; done
exit 3
`;
  writeFileSync(lab, text, { mode: 0o755 });
  return lab;
}

function orderOf(block: string, lab = labIn(root)) {
  const folder = join(root, 'jobs', block);
  mkdirSync(folder, { recursive: true });
  return { block, folder, lab, time: null, askedMsAgo: null, noteAsked: async () => undefined };
}

const begun = (block: string) => {
  const path = join(root, 'jobs', block, 'begun');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};
const end = (block: string) => writeFileSync(join(root, 'jobs', block, 'end'), '');

async function stateOf(id: string, shell: RemoteShell = localShell): Promise<SeenJob['state'] | undefined> {
  return (await boxLauncher.job(shell, box(), id))?.state;
}

const PATIENCE = { timeout: 20_000 };

describe('a block on a box', () => {
  it('is one process, however often it is submitted, and tells how it ended', async () => {
    const order = orderOf('b1');
    const ids = await Promise.all([1, 2, 3].map(() => boxLauncher.submit(localShell, box(), order)));
    expect(new Set(ids).size).toBe(1);
    await expect.poll(() => begun('b1'), PATIENCE).toMatch(/^work with no GPU as/);
    expect(await boxLauncher.submit(localShell, box(), order)).toBe(ids[0]);
    expect(await boxLauncher.jobs(localShell, box())).toMatchObject([{ block: 'b1', state: 'runs', word: 'RUNS' }]);
    end('b1');
    await expect.poll(() => stateOf(ids[0]), PATIENCE).toBe('over');
    expect(await boxLauncher.job(localShell, box(), ids[0])).toMatchObject({ word: 'ENDED', reason: 'exit code 3' });
    const next = await boxLauncher.submit(localShell, box(), order);
    expect(next).not.toBe(ids[0]);
  });

  it('waits while another one trains, in the order in which they came', async () => {
    const lab = labIn(root);
    const ids: string[] = [];
    for (const block of ['a', 'b', 'c']) {
      ids.push(await boxLauncher.submit(localShell, box(), orderOf(block, lab)));
      if (block === 'a') await expect.poll(() => begun('a'), PATIENCE).not.toBe('');
    }
    expect(await Promise.all(ids.map((id) => stateOf(id)))).toEqual(['runs', 'waits', 'waits']);
    end('a');
    await expect.poll(() => begun('b'), PATIENCE).not.toBe('');
    expect(begun('c')).toBe('');
    await boxLauncher.cancel(localShell, box(), ids[1]);
    await expect.poll(() => begun('c'), PATIENCE).not.toBe('');
  });

  it('has a GPU of its own where the box names several', async () => {
    const [machine, lab] = [box(['0', 'GPU-1234']), labIn(root)];
    for (const block of ['a', 'b', 'c']) await boxLauncher.submit(localShell, machine, orderOf(block, lab));
    const cards = () => ['a', 'b', 'c'].flatMap((block) => /with (\S+)/.exec(begun(block))?.[1] ?? []).sort();
    await expect.poll(cards, PATIENCE).toEqual(['0', 'GPU-1234']);
    const first = ['a', 'b', 'c'].find((block) => begun(block).includes('GPU-1234')) ?? '';
    end(first);
    await expect.poll(() => cards().length, PATIENCE).toBe(3);
    expect(await boxLauncher.jobs(localShell, machine)).toContainEqual(
      expect.objectContaining({ state: 'runs', reason: 'GPU GPU-1234' }),
    );
  });

  it('can save a checkpoint when it is ended, and is not there afterwards', async () => {
    const id = await boxLauncher.submit(localShell, box(), orderOf('b1'));
    await expect.poll(() => begun('b1'), PATIENCE).not.toBe('');
    await boxLauncher.cancel(localShell, box(), id);
    expect(readFileSync(join(root, 'jobs', 'b1', 'box.out'), 'utf8')).toContain('saved');
    expect(await boxLauncher.job(localShell, box(), id)).toMatchObject({ state: 'over', reason: 'exit code 0' });
    await boxLauncher.cancel(localShell, box(), id);
  });

  it('whose process is gone is told as lost, and may be submitted again', async () => {
    const order = orderOf('b1');
    const id = await boxLauncher.submit(localShell, box(), order);
    await expect.poll(() => begun('b1'), PATIENCE).not.toBe('');
    process.kill(-Number(id.split('.')[1]), 'SIGKILL');
    await expect.poll(() => stateOf(id), PATIENCE).toBe('over');
    expect(await boxLauncher.job(localShell, box(), id)).toMatchObject({ word: 'LOST' });
    rmSync(join(order.folder, 'begun'));
    await boxLauncher.submit(localShell, box(), order);
    await expect.poll(() => begun('b1'), PATIENCE).not.toBe('');
  });

  it('that waits can be ended as well', async () => {
    const lab = labIn(root);
    await boxLauncher.submit(localShell, box(), orderOf('a', lab));
    await expect.poll(() => begun('a'), PATIENCE).not.toBe('');
    const id = await boxLauncher.submit(localShell, box(), orderOf('b', lab));
    await boxLauncher.cancel(localShell, box(), id);
    expect(await stateOf(id)).toBe('over');
  });

  it.runIf(sshd !== null)('outlives the connection that has started it', async () => {
    const server = await startSshd();
    try {
      const environment = {
        ...process.env,
        XDG_RUNTIME_DIR: root,
        PATH: `${server.programs}${delimiter}${process.env.PATH}`,
      };
      const shell = shellOf({ name: 'box', ssh: 'gpubox' }, environment);
      const id = await boxLauncher.submit(shell, box(), orderOf('b1'));
      await expect.poll(() => begun('b1'), PATIENCE).not.toBe('');
      await server.stop();
      await expect(boxLauncher.jobs(shell, box())).rejects.toMatchObject({ code: 'unavailable' });
      expect(await stateOf(id)).toBe('runs');
      await server.start();
      expect(await stateOf(id, shell)).toBe('runs');
    } finally {
      await server.close();
    }
  });
});
