import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONTRACT_NUMBER, helloText } from '#core/elsewhere/hello.ts';
import type { Imported } from '#core/exchange/import-news.ts';
import type { RunRecord } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { readSafetensors } from '../src-main/checkpoints/safetensors.ts';
import { ownerProcess } from '../src-main/socket/owner-process.ts';
import { type FakeMachine, fakeMachine } from './support/fake-ssh.ts';
import { specFile, startLab } from './support/lab-process.ts';
import { endChildren } from './support/processes.ts';
import { endOwner } from './support/served-home.ts';
import { temporaryFolder } from './support/store-fixtures.ts';

const BASE = {
  dataset: { kind: 'synthetic', height: 16, width: 16, channels: 1, train: 660, test: 100 },
  train: 600,
  validation: 60,
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  batchSize: 20,
};
const POLICY = { kind: 'freezeout', shape: 'cubic', t0: 0.5 };
const STUDY = { name: 'little', base: { ...BASE, epochs: 4 }, arms: [POLICY], seeds: [1] };
const LONG_RUN = { ...BASE, policy: POLICY, seed: 1, epochs: 4000 };

function start(machine: FakeMachine, ...words: string[]) {
  return startLab(machine.address, words, { env: machine.env });
}

async function answer<Answer>(machine: FakeMachine, ...words: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await start(machine, ...words, '--json').ended;
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const isEpoch = (epoch: number) => (event: RunEvent) => event.type === 'epoch.finished' && event.epoch >= epoch;

/** The numbers of the events of each run, as they were told. */
function seqsOf(stdout: string): readonly (readonly number[])[] {
  const seqs = new Map<string, number[]>();
  const lines = stdout.split('\n').filter((line) => line.includes('"seq":'));
  for (const { runId, seq } of lines.map((line): RunEvent => JSON.parse(line)))
    seqs.set(runId, [...(seqs.get(runId) ?? []), seq]);
  return [...seqs.values()];
}

const wholeNumbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a home on another machine', { timeout: 600_000 }, () => {
  it('is reached through a noisy login, made there on first use, and never here', async () => {
    const machine = fakeMachine({ startUp: 'echo "Welcome to the cluster"; printf "You have mail> "' });
    expect(await answer(machine, 'runs', 'list')).toEqual([]);
    expect(existsSync(join(machine.home, 'lab.sqlite'))).toBe(true);
    expect(machine.hasOwnHome()).toBe(false);
  });

  it('is out of reach where its machine is, and no other home takes its place', async () => {
    const machine = fakeMachine();
    const address = machine.address.replace('gpubox', 'nowhere');
    const { code, stderr } = await startLab(address, ['runs', 'list'], { env: machine.env }).ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'No home is reached on nowhere: ssh: Could not resolve hostname nowhere\n',
    });
    expect(machine.hasOwnHome()).toBe(false);
  });

  it('whose login or program prints without end is told', async () => {
    for (const program of ['yes', 'cat /dev/zero']) {
      const { code, stderr } = await start(fakeMachine({ program }), 'runs', 'list').ended;
      expect({ code, stderr }).toEqual({ code: 1, stderr: 'gpubox prints without end, and no program answers.\n' });
    }
    const { code, stderr } = await start(fakeMachine({ startUp: 'yes' }), 'runs', 'list').ended;
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^The start-up files of its login /),
    });
  });

  it('says which command sets the program up there', async () => {
    const machine = fakeMachine();
    const { code, stderr } = await startLab('ssh://gpubox/~/lab', ['runs', 'list'], { env: machine.env }).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^On gpubox: FreezeOut Lab .* is not set up there: set it up with `npm run lab -- machines set-up gpubox`/,
    );
  });

  const others = [
    { version: '0.1.0', contract: CONTRACT_NUMBER + 1, advice: 'update the one here with `git pull`' },
    { version: '9.0.0', contract: CONTRACT_NUMBER, advice: 'update the one here with `git pull`' },
    {
      version: '0.1.0',
      contract: CONTRACT_NUMBER - 1,
      advice: 'update the one there with `ssh gpubox git -C ~/program pull`',
    },
  ];
  it.each(others)(
    'is refused where $version with contract $contract answers',
    async ({ version, contract, advice }) => {
      const hello = helloText({ version, contract, home: '/home/u/lab' });
      const machine = fakeMachine({ program: `printf '%s' '${hello}'; cat >/dev/null` });
      const { code, stderr } = await start(machine, 'runs', 'list').ended;
      expect(code).toBe(2);
      expect(stderr).toContain(`FreezeOut Lab ${version} (contract ${contract}) answers`);
      expect(stderr).toContain(advice);
    },
  );

  it('trains a study there, followed here, though the line breaks meanwhile', async () => {
    const machine = fakeMachine();
    const lab = start(machine, 'study', specFile(temporaryFolder(), STUDY), '--json');
    await lab.event(isEpoch(1));
    machine.setReachable(false);
    endChildren(lab.child.pid);
    await expect.poll(() => lab.said(), { timeout: 60_000 }).toContain('is lost: looking for it again');
    machine.setReachable(true);
    const { code, stdout, stderr } = await lab.ended;
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('is reached again') });
    const seqs = seqsOf(stdout);
    expect(seqs).toEqual(seqs.map((all) => wholeNumbers(all.length)));
    const runs = await answer<RunRecord[]>(machine, 'runs', 'list');
    expect(runs.map(({ status, lastSeq }) => ({ status, lastSeq }))).toEqual(
      seqs.map((all) => ({ status: 'finished', lastSeq: all.length })),
    );
    expect(machine.hasOwnHome()).toBe(false);
  });

  it('goes on with a run whose owner there was killed, and lets go of it at Ctrl-C', async () => {
    const machine = fakeMachine();
    const lab = start(machine, 'run', specFile(temporaryFolder(), LONG_RUN), '--json');
    const { runId } = await lab.event(isEpoch(2));
    const first = ownerProcess(machine.home)?.pid;
    await endOwner(machine.home, 'SIGKILL');
    await lab.event(({ type }) => type === 'run.resumed');
    expect(ownerProcess(machine.home)?.pid).not.toBe(first);
    lab.child.kill('SIGINT');
    const { code, stderr } = await lab.ended;
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining(`run ${runId} continues`) });
    const [run] = await answer<RunRecord[]>(machine, 'runs', 'list');
    expect(run).toMatchObject({ id: runId, status: 'running' });
    await start(machine, 'runs', 'stop', runId).ended;
  });

  it('is not made anew where it is gone when the line is made again', async () => {
    const machine = fakeMachine();
    const lab = start(machine, 'run', specFile(temporaryFolder(), LONG_RUN), '--json');
    await lab.event(isEpoch(1));
    await endOwner(machine.home, 'SIGKILL');
    renameSync(machine.home, `${machine.home} elsewhere`);
    await expect.poll(() => lab.said(), { timeout: 60_000 }).toContain('looking for it again');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(existsSync(machine.home)).toBe(false);
    lab.child.kill('SIGINT');
    expect((await lab.ended).code).toBe(130);
  });

  it('gives its files over the line, and takes paths for those of its machine', async () => {
    const machine = fakeMachine();
    const here = temporaryFolder();
    const run = await start(machine, 'run', specFile(here, { ...LONG_RUN, epochs: 1 })).ended;
    expect(run).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`weights.safetensors of ${machine.address}`),
    });
    const [{ id }] = await answer<RunRecord[]>(machine, 'runs', 'list');
    const exported = join(here, 'weights.safetensors');
    await answer(machine, 'export', 'weights', id, exported);
    const stored = await readSafetensors(join(machine.home, 'runs', id, 'weights.safetensors'));
    expect((await readSafetensors(exported)).tensors).toEqual(stored.tensors);
    expect(await answer(machine, 'runs', 'log', id)).toMatchObject({ text: expect.stringContaining('finished') });

    const relative = { ...LONG_RUN, dataset: { kind: 'image-folder', path: 'flowers', size: 32 } };
    const refused = [
      [['run', specFile(here, relative)], 'flowers has to be a path of gpubox'],
      [['weights', 'add', 'w', '--path', 'w.safetensors'], 'w.safetensors has to be a path of gpubox'],
      [['backups', 'verify'], 'The home is on gpubox'],
      [['serve'], 'A home is served on its own machine'],
      [['run', specFile(temporaryFolder(), { ...LONG_RUN, dataset: 'nowhere' })], 'nowhere'],
    ] as const;
    for (const [words, sentence] of refused) {
      const { code, stderr } = await start(machine, ...words).ended;
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(sentence) });
    }
    expect(machine.hasOwnHome()).toBe(false);
  });

  it('exports event lines to here and imports them from here, and a log goes on after a lost line', async () => {
    const machine = fakeMachine();
    const here = temporaryFolder();
    const study = { ...STUDY, base: { ...BASE, train: 60, validation: 20, epochs: 1 }, arms: [] };
    expect(await start(machine, 'study', specFile(here, study)).ended).toMatchObject({ code: 0 });
    const file = join(here, 'little.ndjson');
    const written = await answer<{ readonly lines: number }>(machine, 'export', 'study', 'little', file);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(written.lines);

    const other = fakeMachine();
    const imported = await answer<Imported>(other, 'runs', 'import', file);
    expect(imported).toMatchObject({ leftOut: [], runIds: { length: 1 } });
    const again = join(here, 'again.ndjson');
    await answer(other, 'export', 'study', 'little', again);
    expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
    expect(readdirSync(join(other.home, 'importing'))).toEqual([]);

    const [runId] = imported.runIds;
    const path = join(machine.home, 'runs', runId, 'trainer.log');
    const log = start(machine, 'runs', 'log', runId, '--follow');
    let said = '';
    log.child.stdout?.on('data', (text) => {
      said += text;
    });
    await expect.poll(() => said, { timeout: 60_000 }).toContain('finished');
    endChildren(log.child.pid);
    await expect.poll(() => log.said(), { timeout: 60_000 }).toContain('is lost: looking for it again');
    appendFileSync(path, 'said meanwhile\n');
    await expect.poll(() => log.said(), { timeout: 60_000 }).toContain('is reached again');
    await expect.poll(() => said, { timeout: 60_000 }).toContain('said meanwhile');
    appendFileSync(path, 'said later\n');
    await expect.poll(() => said, { timeout: 60_000 }).toContain('said later');
    expect(said.trimEnd()).toBe(readFileSync(path, 'utf8').trimEnd());
    log.child.kill('SIGINT');
    expect((await log.ended).code).toBe(0);
  });
});
