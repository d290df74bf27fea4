import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { machineSchema } from '#core/machines/machine.ts';
import type { RemoteShell } from '#core/machines/ports.ts';
import { remoteWeights, versionFolder } from '#core/machines/remote-layout.ts';
import { writeSafetensors } from '../../src-main/checkpoints/safetensors.ts';
import { bringWeights } from '../../src-main/machines/bring-weights.ts';
import { shellOf } from '../../src-main/machines/shells.ts';
import { type SshServer, sshd, startSshd } from '../support/sshd.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));
const VERSION = 'test';
const PATIENCE = { timeout: 30_000, interval: 20 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/fo-');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function weightsOf(value: number, count = 1000) {
  const path = join(folder, 'mine.safetensors');
  const values = new Float32Array(count).fill(value);
  await writeSafetensors(path, { tensors: new Map([['w', { shape: [count], values }]]), metadata: {} });
  return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
}

describe.runIf(sshd !== null)('a file of weights for another machine', () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshd();
  });
  afterAll(() => server.close());

  function target(ssh: string | null = 'gpubox') {
    const root = join(folder, "it's a root");
    const place = versionFolder(root, VERSION);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'lab'), `#!/bin/sh\nexec ${process.execPath} ${LAB} "$@"\n`, { mode: 0o755 });
    const machine = machineSchema.parse({ name: 'box', ssh, root });
    const environment = {
      ...process.env,
      XDG_RUNTIME_DIR: folder,
      PATH: `${server.programs}${delimiter}${process.env.PATH}`,
    };
    return { shell: shellOf(machine, environment), machine, version: VERSION, there: join(root, 'weights') };
  }

  it('is copied once, under its hash', async () => {
    const place = target();
    const weights = await weightsOf(1);
    const found = await bringWeights(place, weights);
    expect(found).toBe(remoteWeights(place.machine.root, weights.sha256));
    expect(readFileSync(found).equals(readFileSync(weights.path))).toBe(true);
    const { ino } = statSync(found);
    expect(await bringWeights(place, weights)).toBe(found);
    expect(statSync(found).ino).toBe(ino);
    expect(readdirSync(place.there)).toEqual([`${weights.sha256}.safetensors`]);
  });

  it('takes the place of a copy that is damaged', async () => {
    const place = target();
    const weights = await weightsOf(1);
    const found = await bringWeights(place, weights);
    writeFileSync(found, readFileSync(found).subarray(0, 100));
    await bringWeights(place, weights);
    expect(readFileSync(found).equals(readFileSync(weights.path))).toBe(true);
  });

  it('that is another one by now does not get the name of its hash', async () => {
    const place = target();
    const before = await weightsOf(1);
    await weightsOf(2);
    await expect(bringWeights(place, before)).rejects.toMatchObject({ code: 'conflict' });
    expect(readdirSync(place.there)).toEqual([]);
  });

  it('leaves nothing half where its copying is cut off', async () => {
    const place = target();
    const weights = await weightsOf(1, 1_000_000);
    const { shell } = place;
    const cutOff = async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        yield piece;
        await vi.waitFor(() => expect(readdirSync(place.there)).toHaveLength(1), PATIENCE);
        await server.stop();
      }
    };
    const cut: RemoteShell = {
      open: (script) => shell.open(script),
      run: (script, { stdin, ...options }) =>
        shell.run(script, typeof stdin === 'object' ? { ...options, stdin: cutOff(stdin) } : options),
    };
    await expect(bringWeights({ ...place, shell: cut }, weights)).rejects.toMatchObject({ code: 'unavailable' });
    await vi.waitFor(() => expect(readdirSync(place.there)).toEqual([]), PATIENCE);
    await server.start();
    const found = await bringWeights(place, weights);
    expect(statSync(found).size).toBe(statSync(weights.path).size);
  });

  it('stays where it is for commands on the spot', async () => {
    const weights = await weightsOf(1);
    const place = target(null);
    expect(await bringWeights(place, weights)).toBe(weights.path);
    expect(existsSync(place.there)).toBe(false);
  });
});
