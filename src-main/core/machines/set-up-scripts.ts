import { WITH_LOGIN_PATH } from './login-path.ts';
import type { RemoteMachine } from './machine.ts';
import { posixPath, posixWord } from './posix-shell.ts';
import { remoteLab, versionFolder } from './remote-layout.ts';

/** What the set-up of a machine is called among the works of a home. */
export function setUpTitle(machine: string): string {
  return `Setting up ${machine}`;
}

/** Takes a packed tar of the sources. A folder that is there is whole, since it gets its name last. */
export function unpackScript({ root }: RemoteMachine, version: string): string {
  const folder = posixPath(versionFolder(root, version));
  return [
    'set -e',
    `folder=${folder}`,
    `mkdir -p ${posixPath(`${root}/versions`)} ${posixPath(`${root}/cache`)} ${posixPath(`${root}/jobs`)}`,
    `chmod 700 ${posixPath(`${root}/jobs`)}`,
    'if [ -d "$folder" ]; then cat >/dev/null; exit 0; fi',
    'making="$folder.making-$$"',
    `trap 'rm -rf "$making"' EXIT`,
    'rm -rf "$folder".making-*',
    'mkdir "$making"',
    'tar -xzf - -C "$making"',
    // Another set-up may have been faster: then `mv` would put this one into it.
    '[ -d "$folder" ] || mv "$making" "$folder"',
  ].join('\n');
}

/** Runs the set-up of the sources there, whose lines it passes on, and leaves the program `lab` last. */
export function installScript(machine: RemoteMachine, version: string): string {
  const { root } = machine;
  const [folder, lab] = [versionFolder(root, version), remoteLab(root, version)].map(posixPath);
  return [
    WITH_LOGIN_PATH,
    `FREEZEOUT_LAB_CACHE=$(cd -P ${posixPath(`${root}/cache`)} && pwd -P) || exit 1`,
    'export FREEZEOUT_LAB_CACHE',
    ...variantLines(machine),
    // The set-up compares its own path with the one by which it is called, so that has to be the one to which links lead.
    `cd -P ${folder} || exit 1`,
    'node "$(pwd -P)/src-main/setup/setup.mjs" 2>&1 || exit 1',
    `printf %s ${posixWord(programText(machine))} >lab.making`,
    `chmod 755 lab.making && "$(pwd -P)/lab.making" --version && mv lab.making ${lab}`,
  ].join('\n');
}

/** The program that set-up leaves: our own Node with what set-up has brought, from wherever the folder is. */
function programText(machine: RemoteMachine): string {
  return [
    '#!/bin/sh',
    'here=$(cd -P "$(dirname "$0")" && pwd -P)',
    'FREEZEOUT_LAB_CACHE=$(cd -P "$here/../../cache" && pwd -P)',
    'export FREEZEOUT_LAB_CACHE',
    ...variantLines(machine),
    'exec "$here/node_modules/.bin/node" "$here/src-main/setup/lab.mjs" "$@"',
    '',
  ].join('\n');
}

/** Which build of TensorFlow: a login node has no GPU, and its nodes install nothing. */
function variantLines({ slurm, gpus }: RemoteMachine): readonly string[] {
  const variant = (name: string) => [`export FREEZEOUT_LAB_TENSORFLOW=${name}`];
  if (slurm === undefined) return gpus.length > 0 ? variant('gpu') : [];
  const asksForCards = [slurm.gres ?? '', ...slurm.options].some((option) => /gpu/i.test(option));
  return variant(asksForCards ? 'gpu' : 'cpu');
}
