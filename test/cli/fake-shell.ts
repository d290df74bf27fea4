import type { EndSignal, Output, Shell } from '../../src-main/cli/shell.ts';

export class FakeOutput implements Output {
  readonly isTerminal: boolean;
  readonly columns: number;
  text = '';

  constructor({ isTerminal = false, columns = 80 } = {}) {
    this.isTerminal = isTerminal;
    this.columns = columns;
  }

  get lines(): readonly string[] {
    return this.text.split('\n').filter((line) => line !== '');
  }

  write(text: string): void {
    this.text += text;
  }
}

/** A shell whose clock, signals and streams are in the test's hands. */
export class FakeShell implements Shell {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly stdout: FakeOutput;
  readonly stderr: FakeOutput;
  readonly exits: number[] = [];
  stdin = '';
  /** What the person types when asked. */
  readonly answers: string[] = [];
  timeMs = 0;
  readonly #listeners = new Set<() => void>();
  readonly #hearers = new Set<(signal: EndSignal) => void>();

  constructor({ folder = '/somewhere', environment = {}, stdout = new FakeOutput(), stderr = new FakeOutput() } = {}) {
    this.folder = folder;
    this.environment = environment;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  async readStdin(): Promise<string> {
    return this.stdin;
  }

  async *stdinPieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(this.stdin);
  }

  get canAsk(): boolean {
    return this.answers.length > 0;
  }

  async ask(question: string): Promise<string | null> {
    this.stderr.write(question);
    return this.answers.shift() ?? null;
  }

  onInterrupt(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onSignal(listener: (signal: EndSignal) => void): () => void {
    this.#hearers.add(listener);
    return () => this.#hearers.delete(listener);
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  now(): number {
    return this.timeMs;
  }

  signal(signal: EndSignal): void {
    for (const hear of this.#hearers) hear(signal);
  }

  pressCtrlC(): void {
    [...this.#listeners].at(-1)?.();
  }
}
