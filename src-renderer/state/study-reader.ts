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

  /** `margin` in points; null for the study's own. */
  async read(reference: string, margin: number | null = null): Promise<ComparedStudy> {
    const study = await this.#api.studies.show({ study: reference });
    const key = `${comparedKey(study)} ${margin}`;
    const known = this.#known.get(study.id);
    if (known?.key === key) return { study, comparison: known.comparison };
    const comparison = await this.#api.studies.compare(
      margin === null ? { study: study.id } : { study: study.id, margin },
    );
    this.#known.set(study.id, { key, comparison });
    return { study, comparison };
  }
}

/** It changes with each run that finishes, is deleted or restored. */
function comparedKey({ arms, seeds, runs }: StudyRecord): string {
  return JSON.stringify([arms, seeds, runs.map(({ id, status, deleted }) => [id, status, deleted])]);
}
