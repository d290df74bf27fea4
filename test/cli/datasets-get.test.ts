import { expect, test } from 'vitest';
import { AppError } from '#core/errors.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { datasetOf } from './fake-records.ts';
import { FakeShell } from './fake-shell.ts';

async function run(args: string, { shell = new FakeShell(), lab = new FakeLab() } = {}) {
  return { code: await runCommandLine(args.split(' '), { tools: fakeTools(lab), shell }), shell, lab };
}

test('lists the data sets that can be had where no name is given', async () => {
  const { code, shell } = await run('datasets get');
  expect(code).toBe(0);
  expect(shell.stdout.lines[1]).toMatch(/^cifar10 .* 170 MB {2}no {4}none stated$/);
});

test('shows size, licence and source, and downloads after a yes', async () => {
  const shell = new FakeShell();
  shell.answers.push('y');
  const { code, lab } = await run('datasets get CIFAR-10', { shell });
  expect([code, lab.asked.at(-1)]).toEqual([0, 'get cifar10']);
  expect(shell.stderr.text).toMatch(
    /download +170 MB\nlicence +none stated\nsource +https:\/\/cifar.example\nchecked by +the page/,
  );
  expect(shell.stderr.text).toContain('Download 170 MB now? [y/N] ');
  expect(shell.stdout.text).toContain('cifar10 is here.');
});

test('downloads nothing after another answer', async () => {
  const shell = new FakeShell();
  shell.answers.push('');
  const { code, lab } = await run('datasets get cifar10', { shell });
  expect(code).toBe(2);
  expect(shell.stderr.lines.at(-1)).toContain('Nothing was downloaded.');
  expect(lab.asked).not.toContain('get cifar10');
});

test('wants a --yes where nobody can be asked', async () => {
  const refused = await run('datasets get cifar10');
  expect([refused.code, refused.shell.stderr.lines.at(-1)]).toEqual([
    2,
    'Nobody can be asked here whether cifar10 may be downloaded: add --yes.',
  ]);
  const { code, shell, lab } = await run('--json datasets get cifar10 --yes');
  expect([code, lab.asked.at(-1)]).toEqual([0, 'get cifar10']);
  expect(JSON.parse(shell.stdout.text)).toMatchObject({ name: 'cifar10' });
});

test('stops the download at Ctrl-C, and says how to go on', async () => {
  const [shell, lab] = [new FakeShell(), new FakeLab()];
  const stopped = new Promise<void>((resolve) => {
    lab.onStop = resolve;
  });
  lab.onGet = async (name) => {
    shell.pressCtrlC();
    await stopped;
    if (name === '') return datasetOf(name);
    throw new AppError('unavailable', 'The download of CIFAR-10 was stopped.');
  };
  const { code } = await run('datasets get cifar10 --yes', { shell, lab });
  expect([code, lab.asked.at(-1)]).toEqual([130, 'stop getting cifar10']);
  expect(shell.stderr.lines.at(-1)).toBe(
    'Stopped; what has arrived is kept. Continue with: npm run lab -- datasets get cifar10',
  );
});
