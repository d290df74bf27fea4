import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Block, Control } from '#core/block/block.ts';
import { AppError } from '#core/errors.ts';
import type { AttemptNews, FollowNews, FollowOrder } from '#core/machines/follow-lines.ts';
import { machineSchema } from '#core/machines/machine.ts';
import type { SeenJob } from '#core/machines/ports.ts';
import type { Following, RemoteMachines } from '#core/machines/remote-machines.ts';

const MACHINE = machineSchema.parse({ name: 'cluster', ssh: null, root: '/root', slurm: {} });

/** A cluster that does what a test says, and keeps what it is asked. */
export class ScriptedCluster implements RemoteMachines {
  readonly placed: { readonly block: Block; readonly from: Readonly<Record<string, string>> }[] = [];
  readonly submitted: string[] = [];
  readonly controls: (readonly Control[])[] = [];
  readonly cancelled: string[] = [];
  /** The orders of the session that is open, or was open last. */
  orders: FollowOrder[] = [];
  sessions = 0;
  /** What it throws instead of taking a job. */
  refusal: AppError | null = null;
  /** Whether machines.json has no such machine any more. */
  isForgotten = false;
  isSetUp = true;
  /** How many blocks it was given at a time, at most. */
  mostAtOnce = 0;
  #placing = 0;
  #tell: (news: FollowNews) => void = () => undefined;
  #end: (reason: string) => void = () => undefined;

  async version(): Promise<string> {
    return '0.1.0';
  }

  async named(name: string) {
    if (name === MACHINE.name && !this.isForgotten) return MACHINE;
    throw new AppError('not-found', `There is no machine ${name}.`);
  }

  async checkSetUp(): Promise<void> {
    if (!this.isSetUp) throw new AppError('conflict', 'cluster has not this version of the program.');
  }

  folderOf(_machine: unknown, block: string): string {
    return `/root/jobs/${block}`;
  }

  async bring(_machine: unknown, { location }: Parameters<RemoteMachines['bring']>[1]) {
    return location;
  }

  async bringWeights(_machine: unknown, { sha256 }: Parameters<RemoteMachines['bringWeights']>[1]) {
    return `/root/weights/${sha256}`;
  }

  async place(_machine: unknown, block: Block, from: Readonly<Record<string, string>>): Promise<void> {
    this.#placing += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#placing);
    await eventLoopTurn();
    this.#placing -= 1;
    this.placed.push({ block, from });
  }

  async submit(_machine: unknown, { id }: { readonly id: string }): Promise<string> {
    if (this.refusal !== null) throw this.refusal;
    this.submitted.push(id);
    return String(this.submitted.length);
  }

  async control(_machine: unknown, _block: string, controls: readonly Control[]): Promise<void> {
    this.controls.push(controls);
  }

  async cancel(_machine: unknown, job: string): Promise<void> {
    this.cancelled.push(job);
  }

  follow(_machine: unknown, onNews: (news: FollowNews) => void): Following {
    this.sessions += 1;
    this.orders = [];
    this.#tell = onNews;
    const ended = new Promise<string>((resolve) => {
      this.#end = resolve;
    });
    return { order: (order) => void this.orders.push(order), ended, stop: () => this.#end('It was told to stop.') };
  }

  tell(news: FollowNews): void {
    this.#tell(news);
  }

  /** The link is lost. */
  lose(reason: string): void {
    this.#end(reason);
  }
}

export function jobSeen(block: string, word: string, change: Partial<SeenJob> = {}): FollowNews {
  const job = { block, id: '1', state: 'over' as const, word, reason: null, node: null, endsAt: null, ...change };
  return { type: 'job', block, job };
}

export function attemptSeen(block: string, change: Partial<AttemptNews> = {}): FollowNews {
  const news = { attempt: 1, job: '1', node: 'n1', run: null, step: null, quietMs: 0, end: null, ...change };
  return { type: 'attempt', block, news };
}
