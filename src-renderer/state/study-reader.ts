import type { PageClient } from '#contract/client.ts';
import type { Comparison } from '#core/analysis/comparison.ts';
import type { ComparedStudy } from '#core/figure/comparison-arms.ts';
import type { StudyRecord } from '#core/records.ts';

/** Reads studies again and again, and compares one only where something that counts has changed. */
export class StudyReader {
  readonly #api: PageClient;
  readonly #known = new Map<string, { readonly key: string; readonly comparison: Comparison }>();

  constructor(api: PageClient) {
    this.#api = api;
  }

  async read(reference: string): Promise<ComparedStudy> {
    const study = await this.#api.studies.show({ study: reference });
    const key = comparedKey(study);
    const known = this.#known.get(study.id);
    if (known?.key === key) return { study, comparison: known.comparison };
    const comparison = await this.#api.studies.compare({ study: study.id });
    this.#known.set(study.id, { key, comparison });
    return { study, comparison };
  }
}

/** It changes with each run that finishes, is deleted or restored. */
function comparedKey({ arms, seeds, runs }: StudyRecord): string {
  return JSON.stringify([arms, seeds, runs.map(({ id, status, deleted }) => [id, status, deleted])]);
}
