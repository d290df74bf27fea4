import { EventPublisher } from '@orpc/server';
import type { DownloadProgress } from '#core/data/known/download-progress.ts';
import type { RunInStudy } from '#core/ports.ts';
import type { Change, PreparationLine, VerificationProgress } from '#core/records.ts';
import type { RunEvent } from '#core/run-event.ts';
import { endsRun } from '#core/run-event.ts';

/** Publishes stored events, and the changes that events and requests make, to everybody who follows. */
export class EventHub {
  /** A slow reader loses its oldest events, so that the program keeps its memory. Stored events are never lost. */
  readonly #publisher = new EventPublisher<{
    event: RunEvent;
    change: Change;
    preparation: PreparationLine;
    verification: VerificationProgress;
    download: DownloadProgress;
  }>({ maxBufferedEvents: 10_000 });

  publish(event: RunEvent): void {
    this.#publisher.publish('event', event);
  }

  /** Publishes an event of a run in this study, and the change that it makes to lists, which do not show every step. */
  publishProgress(event: RunEvent, studyId: string | null): void {
    this.publish(event);
    if (isShown(event)) this.publishRuns([{ id: event.runId, studyId }]);
  }

  publishChange(kind: Change['kind'], ids: readonly string[]): void {
    this.#publisher.publish('change', { kind, ids });
  }

  /** Publishes changed runs and their studies, since lists of studies depend on the runs. */
  publishRuns(runs: readonly RunInStudy[]): void {
    if (runs.length === 0) return;
    const ids = runs.map((run) => run.id);
    this.publishChange('runs', ids);
    const studies = new Set(runs.flatMap((run) => (run.studyId === null ? [] : [run.studyId])));
    if (studies.size > 0) this.publishChange('studies', [...studies]);
  }

  /** Follows events from now on, not only from the first `next`. */
  follow(accepts: (event: RunEvent) => boolean, signal: AbortSignal | undefined): AsyncGenerator<RunEvent> {
    return filtered(this.#publisher.subscribe('event', { signal }), accepts);
  }

  /** Calls for each event and each change as it is published. */
  listen(onEvent: (event: RunEvent) => void, onChange: (change: Change) => void): void {
    this.#publisher.subscribe('event', onEvent);
    this.#publisher.subscribe('change', onChange);
  }

  /** Publishes the progress of a data set's preparation, in words. */
  publishPreparation(text: string): void {
    this.#publisher.publish('preparation', { text });
  }

  followPreparations(signal: AbortSignal | undefined): AsyncGenerator<PreparationLine> {
    return this.#publisher.subscribe('preparation', { signal });
  }

  publishDownload(progress: DownloadProgress): void {
    this.#publisher.publish('download', progress);
  }

  followDownloads(signal: AbortSignal | undefined): AsyncGenerator<DownloadProgress> {
    return this.#publisher.subscribe('download', { signal });
  }

  publishVerification(progress: VerificationProgress): void {
    this.#publisher.publish('verification', progress);
  }

  followVerifications(signal: AbortSignal | undefined): AsyncGenerator<VerificationProgress> {
    return this.#publisher.subscribe('verification', { signal });
  }

  followChanges(signal: AbortSignal | undefined): AsyncGenerator<Change> {
    return this.#publisher.subscribe('change', { signal });
  }
}

const SHOWN: ReadonlySet<RunEvent['type']> = new Set(['run.started', 'run.profiled', 'run.resumed', 'epoch.finished']);

function isShown(event: RunEvent): boolean {
  return SHOWN.has(event.type) || endsRun(event);
}

async function* filtered(
  events: AsyncIterable<RunEvent>,
  accepts: (event: RunEvent) => boolean,
): AsyncGenerator<RunEvent> {
  for await (const event of events) if (accepts(event)) yield event;
}
