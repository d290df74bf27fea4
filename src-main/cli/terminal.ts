import { toJson } from '#core/numbers.ts';
import { printable } from '#core/printable.ts';
import type { Shell } from './shell.ts';

const CARRIAGE_RETURN_AND_CLEAR = '\r\u001b[2K';

/** Prints what a command says: its answer on stdout, as JSON where that was asked for; everything else on stderr. */
export class Terminal {
  readonly json: boolean;
  readonly #shell: Shell;
  #statusIsShown = false;

  constructor(shell: Shell, json: boolean) {
    this.#shell = shell;
    this.json = json;
  }

  /** Whether the terminal can write over a line. */
  get isLive(): boolean {
    return !this.json && this.#shell.stdout.isTerminal;
  }

  /** Prints the answer of a command. */
  answer(value: unknown, describe: () => string): void {
    if (this.json) this.jsonLine(value);
    else this.line(describe());
  }

  jsonLine(value: unknown): void {
    this.#shell.stdout.write(`${withoutSteering(toJson(value))}\n`);
  }

  /** Prints a line for people; nothing where JSON was asked for. */
  line(text: string): void {
    if (this.json) return;
    this.clearStatus();
    this.#shell.stdout.write(`${printable(text)}\n`);
  }

  note(text: string): void {
    this.clearStatus();
    this.#shell.stderr.write(`${printable(text)}\n`);
  }

  /** Shows a line that the next output overwrites. */
  status(text: string): void {
    if (!this.isLive) return;
    const oneLine = printable(text).replaceAll(/\s+/g, ' ');
    this.#shell.stdout.write(CARRIAGE_RETURN_AND_CLEAR + oneLine.slice(0, this.#shell.stdout.columns - 1));
    this.#statusIsShown = true;
  }

  /** Shows such a line for as long as the work lasts. */
  async during<Answer>(text: string, work: () => Promise<Answer>): Promise<Answer> {
    this.status(text);
    try {
      return await work();
    } finally {
      this.clearStatus();
    }
  }

  clearStatus(): void {
    if (this.#statusIsShown) this.#shell.stdout.write(CARRIAGE_RETURN_AND_CLEAR);
    this.#statusIsShown = false;
  }
}

/** What JSON may hold as it stands, and what would steer the terminal that shows it, end a line or change the direction of the text. */
const STEERING = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu;

/** The same JSON, with such characters as escapes. */
function withoutSteering(json: string): string {
  return json.replaceAll(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
