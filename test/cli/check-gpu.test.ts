import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CheckState, GpuReport } from '#core/gpu-check/gpu-report.ts';
import type { CommandTools } from '../../src-main/cli/command-tools.ts';
import { runCommandLine } from '../../src-main/cli/program.ts';
import { FakeLab, fakeTools } from './fake-lab.ts';
import { FakeOutput, FakeShell } from './fake-shell.ts';

let folder: string;
let shell: FakeShell;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-check-'));
  shell = new FakeShell({
    folder,
    environment: { FREEZEOUT_LAB_HOME: 'home' },
    stdout: new FakeOutput({ isTerminal: true }),
  });
});

afterEach(() => rm(folder, { recursive: true }));

function found(states: readonly CheckState[], isRehearsal = false): GpuReport {
  const checks = states.map((state, index) => ({
    ...{ id: `${index}`, title: `Part ${index}`, state, says: ['Because.'], table: null, seconds: 1 },
  }));
  return {
    form: 1,
    program: '0',
    began: '2026-11-30T12:00:00Z',
    isQuick: false,
    isRehearsal,
    parts: checks.length,
    checks,
  };
}

type Check = CommandTools['checkGpu'];

/** Finds these states one after the other. */
const finding =
  (states: readonly CheckState[]): Check =>
  async ({ isRehearsal }, { onReport }) => {
    for (const [index] of states.entries()) await onReport(found(states.slice(0, index + 1), isRehearsal));
    return found(states, isRehearsal);
  };

function checkGpu(args: string, check: Check): Promise<number> {
  return runCommandLine(['check-gpu', ...args.split(' ').filter(Boolean)], {
    tools: { ...fakeTools(new FakeLab()), checkGpu: check, writeFile: writeThere },
    shell,
  });
}

const writeThere: CommandTools['writeFile'] = async (path, content) => {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path, content);
};

it.each<[string, readonly CheckState[], string, number]>([
  ['all parts passed', ['passed', 'passed'], '', 0],
  ['there was no profiler', ['passed', 'not-run'], '', 0],
  ['a part failed', ['passed', 'failed'], '', 1],
  ['nothing was run', ['not-run', 'not-run'], '', 1],
  ['it was only a rehearsal', ['rehearsed'], '--rehearse', 0],
])('ends as it has to where %s', async (_, states, args, code) => {
  expect(await checkGpu(args, finding(states))).toBe(code);
  const report = await readFile(join(folder, 'gpu-check.md'), 'utf8');
  expect(report).toContain('# GPU check of FreezeOut Lab');
  for (const [index] of states.entries()) expect(shell.stderr.text).toContain(`Part ${index}: `);
});

it('passes on what was asked, and writes where it was told', async () => {
  const asked: unknown[] = [];
  const check: Check = async (request, watching) => {
    asked.push(request);
    return finding(['passed'])(request, watching);
  };
  expect(await checkGpu('--quick --python /p/python --out here.md', check)).toBe(0);
  expect(asked).toEqual([{ isQuick: true, isRehearsal: false, python: '/p/python' }]);
  expect(await readFile(join(folder, 'here.md'), 'utf8')).toContain('All parts (1) passed');
  expect(shell.stdout.text).toContain(`Report: ${join(folder, 'here.md')}`);
});

it('keeps what was found at Ctrl-C, and says so', async () => {
  const check: Check = async (_, { signal, onProgress, onReport }) => {
    onProgress({ doing: 'Step time: WRN-16-2', done: 3, parts: 6, secondsLeft: 130 });
    await onReport(found(['passed', 'not-run']));
    shell.pressCtrlC();
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return found(['passed', 'not-run']);
  };
  expect(await checkGpu('', check)).toBe(130);
  expect(shell.stdout.text).toContain('Part 4 of 6, about 2 min left: Step time: WRN-16-2');
  expect(shell.stderr.text).toMatch(/Ended by Ctrl-C: .*gpu-check\.md has what was found until then\./);
  expect(await readFile(join(folder, 'gpu-check.md'), 'utf8')).toContain('1 of 2 parts passed');
});

it('writes the report as JSON for programs', async () => {
  expect(await checkGpu('--json', finding(['passed']))).toBe(0);
  expect(JSON.parse(shell.stdout.text)).toMatchObject({ form: 1, checks: [{ state: 'passed' }] });
});
