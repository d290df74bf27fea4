import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CHECKOUT, expect, openApp, test } from './app-fixture.ts';

/** The process that serves a home says so in the home. */
function endServer(home: string): void {
  const log = join(home, 'serve.log');
  const pid = existsSync(log) ? /\(process (\d+)\)/.exec(readFileSync(log, 'utf8'))?.[1] : undefined;
  if (pid !== undefined) process.kill(Number(pid), 'SIGTERM');
}

/** Ends the lines that the app has open. */
function breakLines(appPid: number | undefined): void {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const isLine = Number(parent) === appPid && readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith('/bin/sh');
      if (isLine) process.kill(-Number(name), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

test('a home on another machine is shown, lost and found again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'freezeout-elsewhere-'));
  const [user, away] = [join(folder, 'user'), join(folder, 'away')];
  mkdirSync(user);
  const write = (path: string, lines: readonly string[]) =>
    writeFileSync(path, ['#!/bin/bash', ...lines, ''].join('\n'), { mode: 0o755 });
  write(join(folder, 'ssh'), [
    'while [ "$1" != "--" ]; do shift; done',
    'shift; host=$1; shift',
    `if [ -e '${away}' ]; then echo "ssh: Could not resolve hostname $host" >&2; exit 255; fi`,
    // A real ssh passes on nothing that is open here.
    'for fd in $(ls /proc/$$/fd); do if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi; done',
    `HOME='${user}' exec /bin/sh -c "$*"`,
  ]);
  const node = join(CHECKOUT, 'node_modules', '.bin', 'node');
  write(join(user, 'program'), [`HOME='${process.env.HOME}' exec '${node}' '${CHECKOUT}/src-main/lab.ts' "$@"`]);
  const address = 'ssh://gpubox/~/lab?program=~/program';
  const environment = { PATH: `${folder}${delimiter}${process.env.PATH}`, XDG_DATA_HOME: join(folder, 'data') };
  try {
    const { app, page } = await openApp({ home: address, environment });
    const strip = page.getByRole('region', { name: 'What trains now' });
    await expect(strip).toContainText('on another machine', { timeout: 60_000 });
    await page.getByRole('link', { name: 'Settings' }).click();
    await expect(page.getByText(address, { exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Open the folder' })).toBeHidden();
    await page.screenshot({ path: join(test.info().outputDir, 'elsewhere.png') });

    writeFileSync(away, '');
    breakLines(app.process().pid);
    await expect(page.getByText('Connection lost.')).toBeVisible();
    await page.screenshot({ path: join(test.info().outputDir, 'elsewhere-lost.png') });
    rmSync(away);
    await expect(page.getByText('Connection lost.')).toBeHidden({ timeout: 60_000 });
    await expect(strip).toContainText('on another machine');
    // What the app keeps here is no home.
    expect(readdirSync(join(folder, 'data', 'freezeout-lab'))).toEqual(['elsewhere']);
    await app.close();
  } finally {
    endServer(join(user, 'lab'));
    rmSync(folder, { recursive: true, force: true });
  }
});
