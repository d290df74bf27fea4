import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LabHost } from '#contract/host.ts';
import { machineSchema } from '#core/machines/machine.ts';
import { posixWords } from '#core/machines/posix-shell.ts';
import { remoteLab } from '#core/machines/remote-layout.ts';
import { openHost } from '../../src-main/host.ts';
import { saveMachines } from '../../src-main/machines/machines-file.ts';
import { programSources } from '../../src-main/machines/program-sources.ts';
import type { SlurmCluster } from './slurm.ts';

const QUICK_TRAINER = fileURLToPath(new URL('./quick-trainer.ts', import.meta.url));
const LAB = fileURLToPath(new URL('../../src-main/setup/lab.mjs', import.meta.url));

/** How the cluster is reached, and what its jobs ask for. */
export interface ClusterSettings {
  readonly ssh?: string | null;
  readonly options?: readonly string[];
  readonly before?: readonly string[];
  readonly time?: string;
}

/**
 * Leaves the program of this checkout below a root, as a set-up would, for jobs and followers that know this cluster. `before` are lines for the
 * shell that starts it.
 */
export async function setUpHere(
  root: string,
  { environment }: Pick<SlurmCluster, 'environment'>,
  before: readonly string[] = [],
): Promise<void> {
  const lab = remoteLab(root, await programSources.version());
  mkdirSync(dirname(lab), { recursive: true });
  const exports = Object.entries(environment).map(([name, value]) => `export ${posixWords([`${name}=${value}`])}`);
  const start = `exec ${posixWords([process.execPath, LAB])} "$@"`;
  writeFileSync(lab, ['#!/bin/sh', ...exports, ...before, start, ''].join('\n'));
  chmodSync(lab, 0o755);
}

/** Lines for `setUpHere`, by which all of a trainer is the real one but TensorFlow. While there is a file `slowedBy`, its steps take longer. */
export function quickTrainers(slowedBy: string): readonly string[] {
  const variables = [`NODE_OPTIONS=--import=${QUICK_TRAINER}`, `QUICK_TRAINER_SLOWED_BY=${slowedBy}`];
  return variables.map((variable) => `export ${posixWords([variable])}`);
}

/** A home that knows the cluster as a machine of this name, on the spot or behind ssh; each job takes one processor. */
export async function homeWithCluster(
  home: string,
  root: string,
  { ssh = null, ...slurm }: ClusterSettings = {},
): Promise<LabHost> {
  mkdirSync(home, { recursive: true });
  const machine = { name: 'cluster', ssh, root, slurm: { cpus: 1, time: '10', ...slurm } };
  await saveMachines(home, [machineSchema.parse(machine)]);
  return reopened(home);
}

export function reopened(home: string): Promise<LabHost> {
  return openHost({ home, serve: false, askSeconds: 1 });
}

/** The folder of a cluster's machine. */
export function machineRoot({ root }: SlurmCluster): string {
  return join(root, 'machine');
}
