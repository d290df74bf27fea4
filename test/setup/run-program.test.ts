import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorLine, runProgram } from '../../src-main/setup/run-program.mjs';
import { isAlive } from '../support/processes.ts';
import { fileThere, killed, startScript, until } from './child-script.ts';
import { temporaryCache } from './temporary-folder.ts';

const node = process.execPath;
const options = { name: 'the tool', advice: 'do this' };

test('a failure is one sentence with the reason, the advice and where the output is', async () => {
  const cache = temporaryCache();
  const failing = runProgram(
    [node, '-e', 'console.log("more"); console.error("error: no such wheel"); process.exit(3)'],
    options,
  );
  await expect(failing).rejects.toThrow(
    /^the tool failed \(error: no such wheel\): do this\. Its output is in .*the-tool/,
  );
  const [log = ''] = readdirSync(join(cache, 'logs'));
  expect(readFileSync(join(cache, 'logs', log), 'utf8')).toContain('more');
});

test('a success leaves no log', async () => {
  const cache = temporaryCache();
  await runProgram([node, '-e', 'console.log("fine")'], options);
  expect(readdirSync(join(cache, 'logs'))).toEqual([]);
});

test('a program that is missing is a failure like any other', async () => {
  temporaryCache();
  await expect(runProgram(['no-such-program'], options)).rejects.toThrow(
    /^the tool failed \(.*no-such-program.*\): do this/,
  );
});

test('a signal ends the program', async () => {
  temporaryCache();
  const sleeping = runProgram([node, '-e', 'setTimeout(() => {}, 60_000)'], {
    ...options,
    signal: AbortSignal.timeout(100),
  });
  await expect(sleeping).rejects.toThrow('the tool failed (no progress)');
});

test.runIf(process.platform === 'linux')('a program dies with the set-up that is killed', async () => {
  const cache = temporaryCache();
  const pidFile = join(cache, 'pid');
  const program = `require('node:fs').writeFileSync('${pidFile}', String(process.pid)); setTimeout(() => {}, 60_000);`;
  const child = startScript(`
    import { runProgram } from 'SETUP/run-program.mjs';
    await runProgram([process.execPath, '-e', ${JSON.stringify(program)}], { name: 'program', advice: '' });`);
  await fileThere(pidFile);
  await until(() => readFileSync(pidFile, 'utf8') !== '');
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await killed(child);
  await until(() => !isAlive(pid));
  expect(isAlive(pid)).toBe(false);
});

test.each([
  [
    'npm warn old\nnpm error code EUSAGE\nnpm error The lock does not fit\nnpm error Usage',
    'npm error The lock does not fit',
  ],
  [
    'ERROR: No matching distribution found for tensorflow-cpu\n',
    'ERROR: No matching distribution found for tensorflow-cpu',
  ],
  ['one\ntwo\n\n', 'two'],
  ['', null],
])('the telling line of %j', (output, line) => {
  expect(errorLine(output)).toBe(line);
});
