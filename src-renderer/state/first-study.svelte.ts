import type { PageClient } from '#contract/client.ts';
import { presetStudy } from '#core/presets/presets.ts';

/** The one button of an empty home: whether this machine can train at once, and the start of the quick study. */
export class FirstStudy {
  /** Null while the machine is looked at. */
  #problems = $state.raw<readonly string[] | null>(null);
  #isStarting = $state(false);
  readonly #api: PageClient;

  constructor(api: PageClient) {
    this.#api = api;
  }

  /** What training lacks, each with the command that mends it. */
  get problems(): readonly string[] {
    return this.#problems ?? [];
  }

  /** Also while the machine is looked at: a start that cannot be is refused in a sentence. */
  get canStart(): boolean {
    return this.problems.length === 0 && !this.#isStarting;
  }

  get isStarting(): boolean {
    return this.#isStarting;
  }

  async look(): Promise<void> {
    const { diagnosis } = await this.#api.desktop.about({});
    this.#problems = diagnosis.problems;
  }

  /** Returns the id of the study. */
  async start(): Promise<string> {
    this.#isStarting = true;
    try {
      return (await this.#api.studies.start({ spec: presetStudy('quick') })).studyId;
    } finally {
      this.#isStarting = false;
    }
  }
}
