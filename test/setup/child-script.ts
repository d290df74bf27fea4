import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const setupFolder = new URL('../../src-main/setup/', import.meta.url);

/** Another process that runs a module's text. `SETUP` in it stands for the folder of the set-up's modules. */
export function startScript(script: string): ChildProcess {
  const text = script.replaceAll('SETUP/', setupFolder.href);
  return spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: 'inherit' });
}

/** Its exit code; null if it was killed. */
export async function ended(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'exit');
  return code;
}

export async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended(child);
}

export async function fileThere(path: string): Promise<void> {
  await until(() => existsSync(path));
}

/** The runner's time limit ends a wait for what never comes. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await wait(20);
}
