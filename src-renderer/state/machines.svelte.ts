import type { PageClient } from '#contract/client.ts';
import { linesToCopy, messageOf } from '#core/errors.ts';
import type { RemoteMachine } from '#core/machines/machine.ts';
import type { MachineReport } from '#core/machines/machine-report.ts';
import { setUpTitle } from '#core/machines/set-up-scripts.ts';
import type { WorkRecord } from '#core/work.ts';
import type { CurrentWorks } from './current-works.svelte.ts';
import type { Live } from './live.svelte.ts';
import type { Notices } from './notices.svelte.ts';

interface Parts {
  readonly api: PageClient;
  readonly live: Live;
  readonly notices: Notices;
  readonly works: CurrentWorks;
}

/** Why a machine was not set up, and the last lines of its set-up. */
export interface SetUpFailure {
  readonly sentence: string;
  readonly lines: readonly string[];
}

/** What the page knows of one machine. */
export interface SeenMachine {
  readonly machine: RemoteMachine;
  /** What the last look at it has found; null where nobody has looked since the page was opened. */
  readonly report: MachineReport | null;
  readonly busy: 'checking' | 'setting up' | null;
  readonly failure: SetUpFailure | null;
}

type Standing = Omit<SeenMachine, 'machine'>;

const UNSEEN: Standing = { report: null, busy: null, failure: null };

/** The machines of the home beside this one, with what was found when somebody looked at them. */
export class MachineList {
  #machines = $state.raw<readonly RemoteMachine[] | null>(null);
  #standings = $state.raw<ReadonlyMap<string, Standing>>(new Map());
  #error = $state.raw<unknown>(null);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** In the order of the file; null until they were read. */
  readonly all: readonly SeenMachine[] | null = $derived.by(() => {
    const standings = this.#standings;
    return this.#machines?.map((machine) => ({ machine, ...(standings.get(machine.name) ?? UNSEEN) })) ?? null;
  });

  get error(): unknown {
    return this.#error;
  }

  /** Reads them now and whenever they change. Returns the function that ends it. */
  follow(): () => void {
    void this.read();
    return this.#parts.live.onChange(({ kind }) => {
      if (kind === 'machines') void this.read();
    });
  }

  async read(): Promise<void> {
    try {
      this.#machines = await this.#parts.api.machines.list({});
      this.#error = null;
    } catch (error) {
      this.#error = error;
    }
  }

  /** How far the set-up of a machine is; null where none is under way. */
  setUpOf(name: string): WorkRecord | null {
    return this.#parts.works.shown.find(({ title }) => title === setUpTitle(name)) ?? null;
  }

  /** Rejects with what is wrong; resolves to false where the user did not confirm it. */
  async add(machine: Pick<RemoteMachine, 'name' | 'root'> & { readonly ssh: string }): Promise<boolean> {
    const added = await this.#parts.api.desktop.addMachine(machine);
    if (added === null) return false;
    await this.read();
    void this.check(added.name);
    return true;
  }

  async remove(name: string): Promise<void> {
    await this.#parts.notices.attempt(() => this.#parts.api.machines.remove({ machine: name }));
    await this.read();
  }

  async check(name: string): Promise<void> {
    if (this.#standing(name).busy !== null) return;
    this.#note(name, { busy: 'checking' });
    await this.#parts.notices.attempt(async () => {
      this.#note(name, { report: await this.#parts.api.machines.check({ machine: name }) });
    });
    this.#note(name, { busy: null });
  }

  async setUp(name: string): Promise<void> {
    if (this.#standing(name).busy !== null) return;
    this.#note(name, { busy: 'setting up', failure: null });
    try {
      this.#note(name, { report: await this.#parts.api.machines.setUp({ machine: name }) });
      this.#parts.notices.done(`${name} is set up.`);
    } catch (error) {
      this.#note(name, { failure: { sentence: messageOf(error), lines: linesToCopy(error) } });
    }
    this.#note(name, { busy: null });
  }

  #standing(name: string): Standing {
    return this.#standings.get(name) ?? UNSEEN;
  }

  #note(name: string, news: Partial<Standing>): void {
    this.#standings = new Map(this.#standings).set(name, { ...this.#standing(name), ...news });
  }
}
