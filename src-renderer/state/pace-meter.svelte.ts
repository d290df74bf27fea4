import { z } from 'zod';
import type { PageClient } from '#contract/client.ts';
import { messageOf } from '#core/errors.ts';
import { runSpecSchema } from '#core/run.ts';
import { type Measurement, measurementSchema } from '#core/training/measured-pace.ts';
import {
  estimatePreview,
  movesStatisticsIn,
  type PreviewEstimate,
  paceKey,
  type StudyPreview,
  type StudyToEstimate,
} from '../lib/study-preview.ts';
import { DraftKeeper } from './draft-keeper.ts';

const pacesSchema = z.record(z.string(), measurementSchema);

/** What decides what is measured. */
interface MeasuredStudy extends Pick<StudyToEstimate, 'base' | 'images'> {
  /** Whether a policy lets the statistics of frozen layers move. */
  readonly movesStatistics: boolean;
}

/** Measured paces of networks on this machine, kept for what they depend on, and the measurement of another. */
export class PaceMeter {
  #paces = $state.raw<Readonly<Record<string, Measurement>>>({});
  #measuring = $state.raw<AbortController | null>(null);
  #error = $state<string | null>(null);
  readonly #api: PageClient;
  readonly #keeper: DraftKeeper;

  constructor(api: PageClient) {
    this.#api = api;
    this.#keeper = new DraftKeeper(api, 'measured-paces', (error) => {
      this.#error = messageOf(error);
    });
  }

  get isMeasuring(): boolean {
    return this.#measuring !== null;
  }

  /** Why the last measurement failed. */
  get error(): string | null {
    return this.#error;
  }

  /** Null where it was not measured, or not all of it. */
  paceOf({ base, images, movesStatistics }: MeasuredStudy): Measurement | null {
    const pace = this.#paces[paceKey(base, images)] ?? null;
    return movesStatistics && pace?.movingDepths === null ? null : pace;
  }

  /** How long a study takes; null before its network was measured. */
  estimateOf(preview: StudyPreview, study: StudyToEstimate): PreviewEstimate | null {
    const movesStatistics = movesStatisticsIn(preview);
    const pace = this.paceOf({ ...study, movesStatistics });
    return pace === null ? null : estimatePreview(preview, study, pace);
  }

  async restore(): Promise<void> {
    const kept = pacesSchema.safeParse(await this.#keeper.read());
    if (kept.success) this.#paces = { ...kept.data, ...this.#paces };
  }

  async measure({ base, images, movesStatistics }: MeasuredStudy): Promise<void> {
    const measuring = new AbortController();
    this.#measuring = measuring;
    this.#error = null;
    try {
      const spec = runSpecSchema.parse(base);
      const pace = await this.#api.runs.measure({ spec, movesStatistics }, { signal: measuring.signal });
      this.#paces = { ...this.#paces, [paceKey(base, images)]: pace };
      this.#keeper.keep(this.#paces);
    } catch (error) {
      if (!measuring.signal.aborted) this.#error = messageOf(error);
    } finally {
      if (this.#measuring === measuring) this.#measuring = null;
    }
  }

  cancel(): void {
    this.#measuring?.abort();
    this.#measuring = null;
  }

  /** Before the view closes. */
  async close(): Promise<void> {
    this.cancel();
    await this.#keeper.flush();
  }
}
