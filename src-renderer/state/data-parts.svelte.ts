import type { PageClient } from '#contract/client.ts';
import type { SplitPlan } from '#core/data/split-plan.ts';
import { messageOf } from '#core/errors.ts';
import type { BaseSpec } from '#core/run.ts';
import { Refresh } from '../lib/refresh.ts';

interface Answer {
  readonly key: string;
  readonly plan: SplitPlan | null;
  /** Why there is no plan. */
  readonly error: string | null;
}

/** What the chosen data decide: the rule of a spec that says none, and the classes that its parts lack. */
export class DataParts {
  #answer = $state.raw<Answer | null>(null);
  #wanted: BaseSpec | null = null;
  readonly #asking: Refresh;

  constructor(api: PageClient) {
    this.#asking = new Refresh(async () => {
      if (this.#wanted !== null) this.#answer = await answerTo(this.#wanted, api);
    });
  }

  /** Called with every change of the base; a page learns nothing of files that it only knows by their path. */
  ask(base: BaseSpec | null): void {
    if (base === null || typeof base.dataset !== 'string' || this.#answer?.key === keyOf(base)) return;
    this.#wanted = base;
    this.#asking.request();
  }

  /** Null while nothing is known of exactly this base. */
  answerFor(base: BaseSpec | null): Answer | null {
    return base !== null && this.#answer?.key === keyOf(base) ? this.#answer : null;
  }

  end(): void {
    this.#asking.end();
  }
}

async function answerTo(base: BaseSpec, api: PageClient): Promise<Answer> {
  const key = keyOf(base);
  try {
    return { key, plan: await api.datasets.parts(partsOfBase(base)), error: null };
  } catch (error) {
    return { key, plan: null, error: messageOf(error) };
  }
}

function keyOf(base: BaseSpec): string {
  return JSON.stringify(partsOfBase(base));
}

function partsOfBase({ dataset, train, validation, test, split }: BaseSpec) {
  return { dataset, train, validation, test, split };
}
