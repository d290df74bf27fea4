/** Starts the cluster or the ssh server of the tests once, and ends it: fails with the reason where this machine lets neither run. */
import { errorMessage } from '../../src-main/setup/setup-error.mjs';
import { startSlurm } from './slurm.ts';
import { startSshd } from './sshd.ts';

const STARTS: Readonly<Record<string, () => Promise<{ close(): Promise<unknown> | unknown }>>> = {
  Slurm: () => startSlurm(),
  sshd: () => startSshd(),
};

try {
  await (await STARTS[process.argv[2]]()).close();
} catch (error) {
  console.error(errorMessage(error).split('\n').slice(0, 20).join('\n'));
  process.exitCode = 1;
}
