import { expect, test } from 'vitest';
import { DownloadPace } from '../../../src-main/datasets/download/download-pace.ts';

test('tells the speed of the last ten seconds, and the time left at that speed', () => {
  let now = 0;
  const pace = new DownloadPace(() => now);
  expect(pace.at(0, 1000)).toMatchObject({ done: 0, total: 1000, bytesPerSecond: null, secondsLeft: null });
  now = 2000;
  expect(pace.at(200, 1000)).toMatchObject({ bytesPerSecond: 100, secondsLeft: 8 });
  // 200 bytes in 12 s, but in the last ten only the 50 that came last.
  now = 12_000;
  expect(pace.at(250, 1000)).toMatchObject({ bytesPerSecond: 5, secondsLeft: 150 });
});

test('begins anew where a download has to start over', () => {
  let now = 0;
  const pace = new DownloadPace(() => now);
  pace.at(900, 1000);
  now = 2000;
  expect(pace.at(100, 1000)).toMatchObject({ bytesPerSecond: null, secondsLeft: null });
});
