// What lies where below the root of a machine, as paths of that machine. Set-up, launchers and followers agree on these.

import type { Launcher } from './ports.ts';

/** The root where nobody says another one. */
export const DEFAULT_ROOT = '~/.freezeout-lab';

/** The sources of a version of this program. Old blocks finish with the version that began them. */
export function versionFolder(root: string, version: string): string {
  return `${root}/versions/${version}`;
}

/**
 * The program that set-up has left for a version: a script for sh that replaces itself by Node with `lab`, in the environment that
 * this needs there. So signals to it reach `lab`.
 */
export function remoteLab(root: string, version: string): string {
  return `${versionFolder(root, version)}/lab`;
}

/** The folder with the folders of all blocks. */
export function jobsFolder(root: string): string {
  return `${root}/jobs`;
}

/** The folder of a block. */
export function blockFolder(root: string, block: string): string {
  return `${jobsFolder(root)}/${block}`;
}

/** In the folder of a block: what its jobs wrote, by who starts them. */
export const JOB_OUTPUT = { slurm: 'slurm.out', box: 'box.out' } as const satisfies Readonly<
  Record<Launcher['kind'], string>
>;

/** Where a data set with this hash is copied to. */
export function remoteDataset(root: string, sha256: string): string {
  return `${root}/datasets/${sha256}`;
}

/** Where a file of weights with this hash is copied to. */
export function remoteWeights(root: string, sha256: string): string {
  return `${root}/weights/${sha256}.safetensors`;
}
