import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { LabClient } from '#contract/client.ts';
import type { LabHost } from '#contract/host.ts';
import { blockFolder } from '#core/machines/remote-layout.ts';
import { parseRunSpec } from '#core/run.ts';
import { type Outcome, outcomeOf } from '../soak/run-outcome.ts';
import type { SlurmCluster } from './slurm.ts';
import { type ClusterSettings, homeWithCluster, quickTrainers, reopened, setUpHere } from './slurm-home.ts';
import { DATASET } from './trainer.ts';

const PATIENCE = { timeout: 540_000, interval: 200 };

/** An epoch a second while it is slow, and the checkpoint may be three epochs old. */
export const RUN = parseRunSpec({
  ...{ dataset: DATASET, train: 160, validation: 40, test: 40, batchSize: 8, seed: 3, logEverySteps: 5 },
  ...{ epochs: 60, checkpointEveryEpochs: 4 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  policy: { kind: 'freezeout', shape: 'cubic', t0: 0.8 },
});
const ON = { machine: 'cluster', block: 'seed', time: null } as never;

export interface SiteOptions {
  readonly settings?: ClusterSettings;
  /** Lines for the shell that starts the program there. */
  readonly before?: readonly string[];
}

/** A machine of one test's own: a folder of the cluster for its blocks, and a home. Trainers are quick there, once they need not be slow any more. */
export class SlurmSite {
  readonly root: string;
  readonly home: string;
  readonly #slow: string;
  #host: LabHost;

  private constructor(root: string, home: string, host: LabHost) {
    [this.root, this.home, this.#slow, this.#host] = [root, home, join(root, 'slow'), host];
  }

  static async open(
    cluster: SlurmCluster,
    name: string,
    { settings, before = [] }: SiteOptions = {},
  ): Promise<SlurmSite> {
    const root = join(cluster.root, name);
    const home = join(cluster.root, `${name}-home`);
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'slow'), '');
    await setUpHere(root, cluster, [...quickTrainers(join(root, 'slow')), ...before]);
    return new SlurmSite(root, home, await homeWithCluster(home, root, settings));
  }

  get client(): LabClient {
    return this.#host.client;
  }

  async close(): Promise<void> {
    await this.#host.close('The test is over.');
  }

  async reopen(): Promise<void> {
    this.#host = await reopened(this.home);
  }

  async start(): Promise<string> {
    return (await this.client.runs.start({ spec: RUN, on: ON })).runId;
  }

  /** From now on its trainers take no longer than they have to. */
  hurry(): void {
    rmSync(this.#slow);
  }

  async reached(run: string, epoch: number): Promise<void> {
    await vi.waitFor(async () => {
      const detail = await this.client.runs.show({ run });
      if ((detail.epoch ?? 0) < epoch)
        throw new Error(`${run} is ${detail.status} in epoch ${detail.epoch}: ${detail.reason}`);
    }, PATIENCE);
  }

  async is(run: string, status: string): Promise<void> {
    await vi.waitFor(async () => {
      const detail = await this.client.runs.show({ run });
      if (detail.status !== status) throw new Error(`${run} is ${detail.status}: ${detail.reason}`);
    }, PATIENCE);
  }

  /** What is known of the block with the run, once it is as wanted. */
  async job(run: string, isWanted: (job: JobOfRun) => boolean = ({ job }) => job !== null): Promise<JobOfRun> {
    return vi.waitFor(async () => {
      const found = (await this.client.jobs.list({})).find(({ runs }) => runs.includes(run));
      if (found === undefined || !isWanted(found)) throw new Error(`${run} is not as wanted: ${JSON.stringify(found)}`);
      return found;
    }, PATIENCE);
  }

  /** What the newest attempts have left: a file of the block's folder. */
  file(block: string, ...names: readonly string[]): string {
    return join(blockFolder(this.root, block), ...names);
  }

  /** What became of a run, and whether its events are each there once, in their order. */
  async outcome(run: string): Promise<{ readonly outcome: Outcome; readonly isInOrder: boolean }> {
    const { elsewhere, lastSeq } = await this.client.runs.show({ run });
    const seqs = (await this.client.runs.events({ run })).map(({ seq }) => seq);
    const isInOrder = seqs.every((seq, place) => place === 0 || seq > seqs[place - 1]) && seqs.at(-1) === lastSeq;
    return { outcome: outcomeOf(this.home, run, join(elsewhere?.folder ?? '', 'runs', run)), isInOrder };
  }
}

type JobOfRun = Awaited<ReturnType<LabClient['jobs']['list']>>[number];
