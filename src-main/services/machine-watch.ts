import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from '#core/back-off.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { FollowNews, FollowOrder } from '#core/machines/follow-lines.ts';
import type { Link } from '#core/machines/job-record.ts';
import type { RemoteMachine } from '#core/machines/machine.ts';
import type { Following } from '#core/machines/remote-machines.ts';
import type { BlockFollower, RemoteBlock, RemotePorts } from './remote-block.ts';

export interface WatchOptions {
  /** Brings out a block that is not there yet. */
  readonly bringOut: (block: RemoteBlock) => Promise<void>;
  /** Called whenever a block is over, or the link is another. */
  readonly onChange: () => void;
  /** Called before that whenever a block is over. */
  readonly onSettled: () => Promise<void>;
}

/** A session that lasted so long was a good one; others follow one another ever more slowly, since each asks the scheduler anew. */
const STEADY_MS = 60_000;

/** Follows all blocks of this home on one machine, in one session, and opens another one whenever that ends. */
export class MachineWatch implements BlockFollower {
  readonly #machine: RemoteMachine;
  readonly #ports: RemotePorts;
  readonly #options: WatchOptions;
  readonly #blocks = new Map<string, RemoteBlock>();
  readonly #closing = new AbortController();
  #following: Following | null = null;
  #link: Link;
  #working: Promise<void> | null = null;
  #bringing: Promise<void> = Promise.resolve();
  /** Blocks whose last word of the scheduler this session has not heard yet. */
  readonly #unheard = new Set<string>();
  #restartReason: string | null = null;

  constructor(machine: RemoteMachine, ports: RemotePorts, options: WatchOptions) {
    this.#machine = machine;
    this.#ports = ports;
    this.#options = options;
    this.#link = { state: 'opening', reason: null, since: ports.clock.now() };
  }

  get link(): Link {
    return this.#link;
  }

  get blocks(): readonly RemoteBlock[] {
    return [...this.#blocks.values()];
  }

  /** Whether all has been heard that is known there by now, or nothing can be heard. */
  get isUpToDate(): boolean {
    if (this.#blocks.size === 0 || this.#link.state === 'down') return true;
    const isEnding = [...this.#blocks.values()].some((block) => block.isEnding);
    return this.#link.state === 'up' && this.#unheard.size === 0 && !isEnding;
  }

  /** Follows these blocks too, which are open. */
  add(blocks: readonly RemoteBlock[]): void {
    for (const block of blocks) {
      if (this.#blocks.has(block.id)) continue;
      this.#blocks.set(block.id, block);
      if (this.#following !== null) this.#begin(block);
    }
    this.#working ??= this.#work();
  }

  order(order: FollowOrder): void {
    this.#following?.order(order);
  }

  restart(reason: string): void {
    this.#restartReason = reason;
    this.#following?.stop();
  }

  async settled(block: string): Promise<void> {
    this.#blocks.delete(block);
    this.#unheard.delete(block);
    await this.#options.onSettled();
    if (this.#blocks.size === 0) this.#following?.stop();
    this.#options.onChange();
  }

  /** Only stops following: what trains there goes on. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#following?.stop();
    await this.#working;
    for (const block of this.#blocks.values()) await block.idle();
  }

  async #work(): Promise<void> {
    let backOff = new BackOff();
    while (this.#blocks.size > 0 && !this.#closing.signal.aborted) {
      const begunAt = performance.now();
      const reason = await this.#session();
      if (this.#blocks.size === 0 || this.#closing.signal.aborted) break;
      if (performance.now() - begunAt >= STEADY_MS) backOff = new BackOff();
      this.#setLink('down', reason);
      await sleep(backOff.next(Math.random()), null, { signal: this.#closing.signal }).catch(() => undefined);
    }
    this.#working = null;
  }

  /** One session, from its start to its end; gives why it has ended. */
  async #session(): Promise<string> {
    this.#restartReason = null;
    let following: Following;
    try {
      following = this.#ports.machines.follow(this.#machine, (news) => this.#hear(news));
    } catch (error) {
      return messageOf(error);
    }
    this.#following = following;
    for (const block of this.#blocks.values()) this.#begin(block);
    const reason = await following.ended;
    this.#following = null;
    return this.#restartReason ?? reason;
  }

  #begin(block: RemoteBlock): void {
    this.#unheard.add(block.id);
    if (block.isOut) {
      block.follow(this);
      return;
    }
    // One after the other, since a connection takes few commands at a time; what this session does not get to, the next one does.
    const session = this.#following;
    this.#bringing = this.#bringing.then(() => this.#bringOut(block, session));
  }

  async #bringOut(block: RemoteBlock, session: Following | null): Promise<void> {
    if (this.#following !== session) return;
    try {
      await this.#options.bringOut(block);
    } catch (error) {
      // Where the machine does not answer, the next session tries it again.
      if (!(error instanceof AppError) || error.code !== 'unavailable') block.refuse(messageOf(error), this);
      else if (this.#following === session) this.restart(error.message);
      return;
    }
    block.follow(this);
  }

  #hear(news: FollowNews): void {
    if (this.#link.state !== 'up') this.#setLink('up', null);
    if (news.type === 'here') return;
    if (news.type === 'silence') {
      this.#notHeard(news.block);
    } else {
      const block = this.#blocks.get(news.block);
      block?.hear(news, this);
      // Once it is taken, with all that came before it.
      if (news.type === 'job') void block?.idle().then(() => this.#notHeard(news.block));
    }
  }

  /** What the scheduler does not say now, nobody waits for. */
  #notHeard(block: string | null): void {
    if (block === null) this.#unheard.clear();
    else this.#unheard.delete(block);
    this.#options.onChange();
  }

  #setLink(state: Link['state'], reason: string | null): void {
    this.#link = { state, reason, since: this.#ports.clock.now() };
    for (const block of this.#blocks.values()) block.announce();
    this.#options.onChange();
  }
}
