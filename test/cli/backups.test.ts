import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { labTools } from '../../src-main/lab-tools.ts';
import { SqliteStore } from '../../src-main/sqlite/store.ts';
import { newRun, temporaryFolder } from '../support/store-fixtures.ts';
import { FakeShell } from './fake-shell.ts';

const OWNER = fileURLToPath(new URL('../support/owning-host.ts', import.meta.url));

/** Runs a command on a home with the real tools. */
async function lab(home: string, args: string) {
  const shell = new FakeShell({ folder: home, environment: { FREEZEOUT_LAB_HOME: home } });
  const code = await runCommandLine(args.split(' '), { tools: labTools, shell });
  return { code, stdout: shell.stdout.text, stderr: shell.stderr.text };
}

function enqueue(home: string, id: string): void {
  const store = SqliteStore.open(join(home, 'lab.sqlite'));
  store.enqueue([newRun(id)]);
  store.close();
}

it('backups are made, listed with their runs, verified, and restored in the place of a damaged database', async () => {
  const home = temporaryFolder();
  enqueue(home, 'run-1');
  expect((await lab(home, 'backups make')).stdout).toMatch(
    /^Made lab-.*-asked\.sqlite \(\d+\.\d MB\), and looked at all/,
  );
  enqueue(home, 'run-2');
  expect((await lab(home, 'backups list')).stdout).toMatch(/name +made +why +runs +size\n.* asked +1 +\d/);
  expect((await lab(home, 'backups verify')).stdout).toMatch(/^1 backup looked at: every row is as it was stored\./);
  const restored = await lab(home, 'backups restore');
  expect(restored.stdout).toMatch(/^Restored the backup of .* UTC\. 1 run made since then is not in it\. The database/);
  expect(restored.stdout).toContain(
    '1 run that waited for training then is paused: resume what is still to be trained.',
  );
  writeFileSync(join(home, 'lab.sqlite'), 'damaged');
  const refused = await lab(home, 'runs list');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/restore the backup of .* with `lab backups restore`/),
  });
  expect((await lab(home, 'backups restore')).stdout).toContain('What was stored since then is not in it.');
  expect(JSON.parse((await lab(home, 'runs list --json')).stdout)).toMatchObject([{ id: 'run-1', status: 'paused' }]);
});

it('folders of runs that are in no database are named by the list of backups and by doctor', async () => {
  const home = temporaryFolder();
  enqueue(home, 'run-1');
  expect((await lab(home, 'backups list')).stderr).toBe('');
  for (const run of ['run-1', 'run-2']) mkdirSync(join(home, 'runs', run), { recursive: true });
  const sentence = `1 folder in ${join(home, 'runs')} belongs to a run that the database does not have (run-2; 0.0 MB): its checkpoints and weights are kept until you remove it by hand.\n`;
  expect((await lab(home, 'backups list')).stderr).toBe(sentence);
  expect((await lab(home, 'doctor')).stderr).toBe(sentence);
  expect(JSON.parse((await lab(home, 'doctor --json')).stdout)).toMatchObject({ strayRuns: { runs: ['run-2'] } });
});

it('a program that has the home is named where its database cannot be replaced, and what it does', async () => {
  const home = temporaryFolder();
  enqueue(home, 'run-1');
  await lab(home, 'backups make');
  const owner = spawn(process.execPath, [OWNER, home, 'serving'], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void owner.kill('SIGKILL'));
  await once(owner.stdout, 'data');
  const refusal = async () => (await lab(home, 'backups restore')).stderr;
  const name = `The program that owns ${home} (process ${owner.pid})`;
  expect(await refusal()).toBe(`${name} has it open: close the app, or end \`lab\` with Ctrl-C, then try again.\n`);
  owner.kill('SIGSTOP');
  await expect.poll(refusal).toMatch(`${name} is stopped: continue it with \`kill -CONT ${owner.pid}\``);
});
