import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '#core/run-event.ts';
import { specFile, startLab } from './support/lab-process.ts';
import { servedHome } from './support/served-home.ts';
import { type SshServer, sshd, startSshd } from './support/sshd.ts';
import { temporaryFolder } from './support/store-fixtures.ts';

const LAB = fileURLToPath(new URL('../src-main/lab.ts', import.meta.url));
const LONG_RUN = {
  dataset: { kind: 'synthetic', height: 16, width: 16, channels: 1, train: 660, test: 100 },
  ...{ train: 600, validation: 60, model: { kind: 'densenet-bc', depth: 10, growth: 4 }, batchSize: 20 },
  ...{ policy: { kind: 'none' }, seed: 1, epochs: 4000 },
};
const PATIENCE = { timeout: 120_000 };

// The server forwards nothing (AllowTcpForwarding no), as on many clusters.
describe.skipIf(sshd === null)('a home behind a real sshd', { timeout: 600_000 }, () => {
  let server: SshServer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync('/tmp/fo-');
    server = await startSshd();
    const program = `#!/bin/sh\nexec '${process.execPath}' '${LAB}' "$@"\n`;
    writeFileSync(join(folder, 'lab'), program, { mode: 0o755 });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('follows a run there, and finds it again after the server was away', async () => {
    const home = servedHome();
    const own = join(temporaryFolder(), 'own');
    const env = {
      ...{ XDG_RUNTIME_DIR: folder, FREEZEOUT_LAB_HOME: own },
      PATH: `${server.programs}${delimiter}${process.env.PATH}`,
    };
    const start = (...words: string[]) => startLab(`ssh://gpubox${home}?program=${folder}/lab`, words, { env });
    const lab = start('run', specFile(temporaryFolder(), LONG_RUN), '--json');
    const epochAfter = (epoch: number) => (event: RunEvent) => event.type === 'epoch.finished' && event.epoch > epoch;
    const { runId } = await lab.event(epochAfter(0));
    await server.stop();
    await expect.poll(() => lab.said(), PATIENCE).toContain('is lost: looking for it again');
    await server.start();
    await expect.poll(() => lab.said(), PATIENCE).toContain('is reached again');
    const listed = await start('runs', 'list', '--json').ended;
    const [run] = JSON.parse(listed.stdout);
    expect(run).toMatchObject({ id: runId, status: 'running' });
    await lab.event(({ seq }) => seq > run.lastSeq);
    lab.child.kill('SIGINT');
    expect((await lab.ended).code).toBe(130);
    expect(await start('runs', 'stop', runId).ended).toMatchObject({ code: 0 });
    expect(existsSync(own)).toBe(false);
  });
});
