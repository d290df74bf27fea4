import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CONTRACT_NUMBER, helloText } from '#core/elsewhere/hello.ts';
import { AppError, messageOf } from '#core/errors.ts';
import { lastLineOf } from '#core/last-line.ts';
import { fromSystem } from '#core/system-error.ts';
import packageDescription from '../package.json' with { type: 'json' };
import { NOTE_LIMIT } from './files/limits.ts';
import { readOrdinarySync } from './files/ordinary-file.ts';
import { makeHome } from './made-home.ts';
import { join as joinLine, lineToOwner } from './socket/line.ts';
import { isNewHome } from './sqlite/database.ts';

/** How often it is looked whether the program that was started serves the home already. */
const LOOK_MS = 50;
/** A home that was only looked at need not have a program for longer. */
const IDLE = '10m';
/** What the program that was started says, in the home. */
const LOG_NAME = 'serve.log';

/**
 * Joins stdin and stdout with the owner of a home, after one line that says where they lead. Where no program serves the home, one is started that
 * outlives this one. Throws why nobody can be reached, once that line has said it.
 */
export async function dialOwner(home: string, mustExist: boolean): Promise<void> {
  let line: Socket;
  try {
    line = await reachedOwner(home, mustExist);
  } catch (error) {
    process.stdout.write(helloText({ error: messageOf(fromSystem(error)) }));
    throw error;
  }
  process.stdout.write(helloText({ version: packageDescription.version, contract: CONTRACT_NUMBER, home }));
  await joinLine(line, process.stdin, process.stdout);
}

async function reachedOwner(home: string, mustExist: boolean): Promise<Socket> {
  const line = await lineToOwner(home);
  if (line !== null) return line;
  if (mustExist && isNewHome(home)) {
    throw new AppError(
      'unavailable',
      `The home that was in ${home} is not there: look whether its disk is, since nothing new is made in its place.`,
    );
  }
  makeHome(home);
  return startedOwner(home);
}

/** Starts a program that serves the home; another one may begin with that meanwhile, and is as good. */
async function startedOwner(home: string): Promise<Socket> {
  const log = join(home, LOG_NAME);
  const file = openSync(log, 'w', 0o600);
  const lab = fileURLToPath(new URL('./lab.ts', import.meta.url));
  const words = ['serve', '--asked', '--idle', IDLE, '--home', home];
  const child = spawn(process.execPath, [lab, ...words], {
    ...{ cwd: home, detached: true, stdio: ['ignore', file, file] },
  });
  closeSync(file);
  child.unref();
  let hasEnded = false;
  child.once('error', () => {
    hasEnded = true;
  });
  child.once('exit', () => {
    hasEnded = true;
  });
  for (;;) {
    const wasOver = hasEnded;
    const line = await lineToOwner(home);
    if (line !== null) return line;
    if (wasOver) {
      const said = readOrdinarySync(log, NOTE_LIMIT).toString();
      throw new AppError('unavailable', lastLineOf(said) ?? `No program could be started that serves ${home}.`);
    }
    await sleep(LOOK_MS);
  }
}
