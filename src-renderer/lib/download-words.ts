import type { FilesProgress } from '#core/data/known/download-progress.ts';
import type { KnownDatasetRecord } from '#core/records.ts';
import { bytes, timeLeft } from './format.ts';

/** What a person should know before a download. */
export function downloadQuestion({ bytes: size, keptBytes, licence, homepage, checkedBy }: KnownDatasetRecord): string {
  const kept = keptBytes === 0 ? '' : `, of which ${bytes(keptBytes)} are here`;
  const checks = checkedBy.length === 0 ? 'by its size alone' : `by the checksums of ${checkedBy.join(' and ')}`;
  return `${bytes(size)} to download${kept}. Licence: ${licence}. Source: ${homepage}. Its files are checked ${checks}.`;
}

/** "45 MB of 170 MB, 3.1 MB/s, less than a minute left" */
export function downloadWords({ stage, done, total, bytesPerSecond, secondsLeft }: FilesProgress): string {
  if (stage === 'waiting') return 'Another program gets the same files: waiting …';
  if (stage === 'reading') return 'Reading all files once …';
  if (stage === 'checking') return 'Checking the files …';
  if (stage === 'unpacking') return 'Unpacking …';
  if (done === null || total === null) return 'Asking for the files …';
  const speed = bytesPerSecond === null ? [] : [`${bytes(bytesPerSecond)}/s`, timeLeft(secondsLeft)];
  return [`${bytes(done)} of ${bytes(total)}`, ...speed].join(', ');
}
