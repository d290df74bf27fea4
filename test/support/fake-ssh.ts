import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { endOwner } from './served-home.ts';
import { temporaryFolder } from './store-fixtures.ts';

const LAB = fileURLToPath(new URL('../../src-main/lab.ts', import.meta.url));

export interface FakeMachine {
  /** In which `ssh HOST` leads to this machine, for every host but `nowhere`. */
  readonly env: Readonly<Record<string, string>>;
  /** The address of the home there. */
  readonly address: string;
  /** Its folder. */
  readonly home: string;
  /** Whether anything was written into the home that this user has here. */
  hasOwnHome(): boolean;
  /** Takes the machine away from the network, or brings it back; lines that are open stay. */
  setReachable(isReachable: boolean): void;
}

export interface FakeMachineOptions {
  /** Lines of sh that start-up files of the login hold. */
  readonly startUp?: string;
  /** The program there, as lines of sh. */
  readonly program?: string;
}

/**
 * A machine behind a stand-in for ssh, which runs commands here, as sshd would, in a home folder of the user that is another one: quick, for what
 * needs no network.
 */
export function fakeMachine({ startUp = '', program }: FakeMachineOptions = {}): FakeMachine {
  const folder = temporaryFolder();
  const [user, away, own] = ['user', 'away', 'own home'].map((name) => join(folder, name));
  mkdirSync(user);
  const write = (path: string, lines: readonly string[]) =>
    writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  write(join(folder, 'ssh'), [
    'while [ "$1" != "--" ]; do shift; done',
    'shift; host=$1; shift',
    `if [ "$host" = nowhere ] || [ -e '${away}' ]; then echo "ssh: Could not resolve hostname $host" >&2; exit 255; fi`,
    startUp,
    `export HOME='${user}'`,
    'exec /bin/sh -c "$*"',
  ]);
  // Caches are those of this user.
  write(join(user, 'program'), [program ?? `HOME='${process.env.HOME}' exec '${process.execPath}' '${LAB}' "$@"`]);
  const home = join(user, 'lab');
  onTestFinished(() => endOwner(home, 'SIGKILL'));
  return {
    env: { PATH: `${folder}:${process.env.PATH}`, FREEZEOUT_LAB_HOME: own },
    address: 'ssh://gpubox/~/lab?program=~/program',
    home,
    hasOwnHome: () => existsSync(own) && readdirSync(own).length > 0,
    setReachable: (isReachable) => {
      if (isReachable) rmSync(away, { force: true });
      else writeFileSync(away, '');
    },
  };
}
