import { AppError, messageOf } from '#core/errors.ts';
import { labCommand } from '#core/lab-command.ts';
import { linesOf } from '#core/lines-of.ts';
import type { RemoteMachine } from '#core/machines/machine.ts';
import { checkScript, findingsOf } from '#core/machines/machine-check.ts';
import type { MachineFinding, MachineReport } from '#core/machines/machine-report.ts';
import { machineNamed } from '#core/machines/machine-words.ts';
import type { HomeMachines } from '#core/machines/ports.ts';
import { installScript, setUpTitle, unpackScript } from '#core/machines/set-up-scripts.ts';
import type { Clock } from '#core/ports.ts';
import type { EventHub } from './event-hub.ts';
import type { Work, Works } from './works.ts';

/** Start-up files of a login shell, and a controller that is away. */
const CHECK_MS = 60_000;
/** Some megabytes over a slow line. */
const COPY_MS = 900_000;
/** What is shown of the words of a set-up that failed. */
const LAST_LINES = 20;

interface MachinePorts {
  readonly machines: HomeMachines;
  readonly clock: Clock;
  readonly works: Works;
  readonly hub: EventHub;
}

/** The machines of the home: adding, looking at them, setting them up. */
export class Machines {
  readonly #ports: MachinePorts;
  /** Changes of the file wait for each other. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(ports: MachinePorts) {
    this.#ports = ports;
  }

  list(): Promise<readonly RemoteMachine[]> {
    return this.#ports.machines.list();
  }

  /** Throws 'conflict' for a name that is taken, unless the machine is to be replaced. */
  async add(machine: RemoteMachine, replace: boolean): Promise<RemoteMachine> {
    const { name } = machine;
    await this.#change((all) => {
      const isKnown = all.some((one) => one.name === name);
      if (isKnown && !replace)
        throw new AppError('conflict', `There is a machine ${name} already: choose another name, or add --replace.`);
      return isKnown ? all.map((one) => (one.name === name ? machine : one)) : [...all, machine];
    });
    return machine;
  }

  /** Forgets a machine; what is on it stays. Throws 'not-found'. */
  async remove(name: string): Promise<string> {
    await this.named(name);
    await this.#change((all) => all.filter((one) => one.name !== name));
    return name;
  }

  /** The machine of this name. Throws 'not-found', with what was probably meant. */
  async named(name: string): Promise<RemoteMachine> {
    return machineNamed(await this.list(), name);
  }

  /** Looks at a machine. What cannot be reached is a finding, too. */
  async check(name: string, signal?: AbortSignal): Promise<MachineReport> {
    const machine = await this.named(name);
    const { clock, machines } = this.#ports;
    return {
      machine: name,
      checkedAt: clock.now(),
      findings: await this.#findings(machine, await machines.sources.version(), signal),
    };
  }

  async #findings(
    machine: RemoteMachine,
    version: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly MachineFinding[]> {
    const what = machine.ssh === null ? 'shell' : 'ssh';
    try {
      const options = { limitMs: CHECK_MS, ...(signal === undefined ? {} : { signal }) };
      const { code, stdout, stderr } = await this.#ports.machines
        .shell(machine)
        .run(checkScript(machine, version), options);
      if (code !== 0) throw new AppError('unavailable', `Its shell ended with ${code}: ${stderr}`);
      const reached: MachineFinding = { what, state: 'fine', found: machine.ssh ?? 'on the spot', mend: null };
      return [reached, ...findingsOf(machine, stdout)];
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
      return [{ what, state: 'missing', found: messageOf(error), mend: null }];
    }
  }

  /**
   * Copies the sources of this version to a machine and runs their set-up there; does again what was cut off. Throws 'unavailable' with the last
   * lines where that fails.
   */
  async setUp(name: string, asked: AbortSignal | undefined): Promise<MachineReport> {
    const machine = await this.named(name);
    await this.#ports.works.duringCancellable({ title: setUpTitle(name), asked }, async (signal, work) => {
      const version = await this.#ports.machines.sources.version();
      work.tell({ detail: 'copying the program' });
      await this.#copy(machine, version, signal);
      await this.#install(machine, { version, signal, work });
    });
    return this.check(name);
  }

  async #copy(machine: RemoteMachine, version: string, signal: AbortSignal): Promise<void> {
    const { shell, sources } = this.#ports.machines;
    const options = { stdin: sources.archive(), limitMs: COPY_MS, signal };
    const { code, stderr } = await shell(machine).run(unpackScript(machine, version), options);
    if (code !== 0) throw failed(machine, stderr.trim().split('\n'));
  }

  async #install(machine: RemoteMachine, { version, signal, work }: Installing): Promise<void> {
    const script = this.#ports.machines.shell(machine).open(installScript(machine, version));
    const end = () => script.kill();
    signal.addEventListener('abort', end);
    try {
      script.endInput();
      const said: string[] = [];
      for await (const line of linesOf(script.output)) {
        said.push(line);
        work.tell({ detail: line.replace(/^set-up: /, '') });
      }
      const { code, reason } = await script.ended;
      signal.throwIfAborted();
      // What it said tells more than that it ended.
      if (code !== 0) throw failed(machine, code === null || said.length === 0 ? [...said, reason] : said);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  #change(change: (all: readonly RemoteMachine[]) => readonly RemoteMachine[]): Promise<void> {
    const { machines, hub } = this.#ports;
    const changed = this.#changing.then(async () => {
      await machines.save(change(await machines.list()));
      hub.publishChange('machines', []);
    });
    this.#changing = changed.catch(() => undefined);
    return changed;
  }
}

interface Installing {
  readonly version: string;
  readonly signal: AbortSignal;
  readonly work: Work;
}

function failed({ name }: RemoteMachine, said: readonly string[]): AppError {
  const lines = said.filter((line) => line !== '').slice(-LAST_LINES);
  const check = labCommand({ words: ['machines', 'check'], operands: [name] });
  return new AppError(
    'unavailable',
    `${name} was not set up: ${lines.at(-1) ?? 'it said nothing'}; see \`${check}\`.`,
    { lines },
  );
}
