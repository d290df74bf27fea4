import { expect, test } from 'vitest';
import { doneShare, uncounted } from '#core/data/known/download-progress.ts';
import type { KnownDatasetRecord } from '#core/records.ts';
import { downloadQuestion, downloadWords } from '../../../src-renderer/lib/download-words.ts';

const STL: KnownDatasetRecord = {
  ...{ name: 'stl10', title: 'STL-10', licence: 'none stated', homepage: 'https://stl.example', bytes: 2_640_397_119 },
  images: { training: 5000, validation: 0, test: 8000, height: 96, width: 96, channels: 3, classes: 10 },
  ...{ checkedBy: ['the page', 'the book'], isHere: false, isAdded: false, keptBytes: 0, progress: null },
};

test('says size, licence, source and checksums before a download', () => {
  expect(downloadQuestion(STL)).toBe(
    '2.6 GB to download. Licence: none stated. Source: https://stl.example. Its files are checked by the checksums of the page and the book.',
  );
  expect(downloadQuestion({ ...STL, keptBytes: 1e9, checkedBy: [] })).toBe(
    '2.6 GB to download, of which 1.0 GB are here. Licence: none stated. Source: https://stl.example. Its files are checked by its size alone.',
  );
});

test('says how far a download is', () => {
  const progress = { stage: 'downloading' as const, done: 45_000_000, total: 170_000_000 };
  expect(downloadWords({ ...progress, bytesPerSecond: 3_100_000, secondsLeft: 40 })).toBe(
    '45.0 MB of 170 MB, 3.1 MB/s, less than a minute left',
  );
  expect(downloadWords({ ...progress, bytesPerSecond: null, secondsLeft: null })).toBe('45.0 MB of 170 MB');
  expect(downloadWords(uncounted('unpacking'))).toBe('Unpacking …');
  expect(doneShare({ ...progress, bytesPerSecond: null, secondsLeft: null })).toBeCloseTo(45 / 170, 12);
  expect(doneShare(uncounted('waiting'))).toBeNull();
});
