import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOPBACK, listeningAddresses } from './loopback-ports.ts';
import { isAlive } from './processes.ts';
import { type SlurmCluster, slurm, startSlurm } from './slurm.ts';

describe.runIf(slurm !== null)('a cluster of the test', () => {
  let cluster: SlurmCluster;
  beforeAll(async () => {
    cluster = await startSlurm();
  });
  afterAll(() => cluster.close());

  async function stateOf(job: string): Promise<string> {
    return (await cluster.ask('squeue', '-h', '-t', 'all', '-j', job, '-o', '%T')).trim();
  }

  async function reached(job: string, state: string): Promise<void> {
    while ((await stateOf(job)) !== state) await sleep(50);
  }

  async function submit(...args: readonly string[]): Promise<string> {
    return (await cluster.ask('sbatch', '--parsable', '--requeue', ...args)).trim();
  }

  it('runs a job on one of its nodes, which has the card that it asked for', async () => {
    const output = join(cluster.root, 'job.out');
    const wrap = '--wrap=echo "$SLURMD_NODENAME has $CUDA_VISIBLE_DEVICES"';
    await reached(await submit('--gres=gpu:fake:1', '-o', output, wrap), 'COMPLETED');
    expect(readFileSync(output, 'utf8')).toMatch(/^n[12] has [01]\n$/);
  });

  it('listens at the loopback address alone', async () => {
    const addresses = listeningAddresses(cluster.pids);
    expect(addresses.length).toBe(1 + cluster.nodes.length);
    expect(addresses.filter((address) => !address.startsWith(`${LOOPBACK}:`))).toEqual([]);
  });

  it('knows its jobs again after its controller was away', async () => {
    const job = await submit('-o', '/dev/null', '--wrap=sleep 600');
    await reached(job, 'RUNNING');
    await cluster.stopController();
    expect(cluster.pids.length).toBe(1 + cluster.nodes.length);
    cluster.startController();
    await expect.poll(() => stateOf(job).catch(String), { timeout: 60_000 }).toBe('RUNNING');
    await cluster.ask('scancel', job);
    await reached(job, 'CANCELLED');
  });
});

it.runIf(slurm !== null)('leaves neither a process nor a file of a cluster', async () => {
  const cluster = await startSlurm({ nodes: 1 });
  const { pids, root } = cluster;
  await cluster.ask('sbatch', '-o', '/dev/null', '--wrap=sleep 600');
  await cluster.close();
  expect(pids.length).toBe(3);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(existsSync(root)).toBe(false);
});
