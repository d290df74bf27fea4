import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineSchema } from '#core/machines/machine.ts';
import { remoteLab, versionFolder } from '#core/machines/remote-layout.ts';
import type { RunEvent } from '#core/run-event.ts';
import { boxLauncher } from '../../src-main/machines/box-launcher.ts';
import { saveMachines } from '../../src-main/machines/machines-file.ts';
import { programSources } from '../../src-main/machines/program-sources.ts';
import { localShell } from '../../src-main/machines/spawned-shell.ts';
import { eventsIn, lab, specFile, startLab } from '../support/lab-process.ts';
import { type SshServer, sshd, startSshd } from '../support/sshd.ts';
import { DATASET } from '../support/trainer.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));
const RUN = {
  ...{ dataset: DATASET, train: 160, validation: 40, test: 40, batchSize: 8, epochs: 3, seed: 3 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.5 },
};

/** Two trainings, one after the other, on a machine that may be busy with much else. */
const LIMIT_MS = 900_000;

/** Lines of events alone; those from there have their keys in another order. */
function toldIn(stdout: string): readonly RunEvent[] {
  const lines = stdout.trim().split('\n');
  return lines.map((line): RunEvent => JSON.parse(line)).filter(({ seq }) => seq !== undefined);
}

function lossesOf(events: readonly RunEvent[]): readonly number[] {
  return events.flatMap((event) => (event.type === 'epoch.finished' ? [event.trainLoss] : []));
}

function weightsIn(home: string, runId: string): string {
  return join(home, 'runs', runId, 'weights.safetensors');
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The real program here, the real program there, and ssh between them. */
describe.runIf(sshd !== null)('a run on a box behind ssh', () => {
  let server: SshServer;
  let folder: string;
  let home: string;
  /** The run that both have trained. */
  let own: { readonly here: string; readonly there: string };
  const box = () => machineSchema.parse({ name: 'box', ssh: 'gpubox', root: join(folder, 'root') });
  beforeAll(async () => {
    server = await startSshd();
    folder = mkdtempSync('/tmp/fo-');
    home = join(folder, 'home');
    mkdirSync(home);
    await saveMachines(home, [box()]);
    // What `machines set-up` leaves, without an installation of its own.
    const version = await programSources.version();
    mkdirSync(versionFolder(box().root, version), { recursive: true });
    writeFileSync(remoteLab(box().root, version), `#!/bin/sh\nexec ${process.execPath} ${LAB} "$@"\n`, { mode: 0o755 });
  });
  afterAll(async () => {
    for (const { id } of await boxLauncher.jobs(localShell, box())) await boxLauncher.cancel(localShell, box(), id);
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const place = () => ({ env: { XDG_RUNTIME_DIR: folder, PATH: `${server.programs}${delimiter}${process.env.PATH}` } });

  it('reports as one here does, and brings the same weights home, bit for bit', { timeout: LIMIT_MS }, async () => {
    const here = join(folder, 'here');
    const known = eventsIn((await lab(here, ['run', specFile(folder, RUN), '--json'])).stdout);
    const there = await startLab(home, ['run', specFile(folder, RUN), '--on', 'box', '--json'], place()).ended;
    expect([there.code, there.stderr.includes('rror')]).toEqual([0, false]);
    const told = toldIn(there.stdout);
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 1));
    expect(lossesOf(told)).toEqual(lossesOf(known));
    const [{ runId }] = told;
    const exported = join(folder, 'there.safetensors');
    const wrote = await startLab(home, ['export', 'weights', runId, exported], place()).ended;
    expect(wrote.code).toBe(0);
    expect(hashOf(weightsIn(home, runId))).toBe(hashOf(weightsIn(here, known[0].runId)));
    const log = await startLab(home, ['runs', 'log', runId], place()).ended;
    expect([log.code, log.stderr]).toEqual([0, '']);
    own = { here: known[0].runId, there: runId };
  });

  it('begins there with the weights with which it begins here', { timeout: LIMIT_MS }, async () => {
    // As after a run there whose weights nobody has asked for yet.
    rmSync(weightsIn(home, own.there));
    const startingWith = (run: string) => specFile(folder, { ...RUN, seed: 4, weights: { run, head: 'keep' } });
    const here = eventsIn((await lab(join(folder, 'here'), ['run', startingWith(own.here), '--json'])).stdout);
    const there = await startLab(home, ['run', startingWith(own.there), '--on', 'box', '--json'], place()).ended;
    expect([there.code, there.stderr.includes('rror')]).toEqual([0, false]);
    const told = toldIn(there.stdout);
    const [copy] = readdirSync(join(box().root, 'weights'));
    expect(copy).toBe(`${hashOf(weightsIn(join(folder, 'here'), own.here))}.safetensors`);
    const startOf = (events: readonly RunEvent[]) => events.find((event) => event.type === 'run.started');
    expect(startOf(told)).toMatchObject({ weights: { sha256: copy.replace('.safetensors', '') } });
    expect(lossesOf(told)).toEqual(lossesOf(here));
    const [{ runId }] = told;
    expect((await startLab(home, ['export', 'weights', runId, join(folder, 'w.st')], place()).ended).code).toBe(0);
    expect(hashOf(weightsIn(home, runId))).toBe(hashOf(weightsIn(join(folder, 'here'), here[0].runId)));
  });
});
