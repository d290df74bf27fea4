import { classNamesOf } from '#core/data/class-names.ts';
import type { ReportRequest } from '#core/data/dataset-ports.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import type { ImageFileFacts } from '#core/data/report/report-facts.ts';
import { reportOf } from '#core/data/report/report-of.ts';
import type { Say } from '../threads/answer-once.ts';
import { readContent } from './dataset-content.ts';
import { decodedImages } from './decoded-folder.ts';
import { type ImageList, listedImages } from './image-list.ts';
import { checkedKind } from './open-data-source.ts';
import { belowFolder, type SeenFiles, UnusableImages } from './unusable-images.ts';

/** Reads the whole data set, unless that was done since its files changed. Runs in its own thread. */
export async function reportOn(request: ReportRequest, say: Say): Promise<DatasetReport> {
  const { reading } = await checkedKind(request.location);
  if (reading.from === 'arrays') return reportOnContent(request, say);
  const list = listedImages(request.location);
  try {
    const { seen } = await decodedImages(list, say);
    return await reportOnContent(request, say, { list, seen });
  } catch (error) {
    if (error instanceof UnusableImages) return reportOnFiles({ list, seen: error.seen });
    throw error;
  }
}

interface SeenFolder {
  readonly list: ImageList;
  readonly seen: SeenFiles;
}

async function reportOnContent(
  { name, location }: ReportRequest,
  say: Say,
  folder: SeenFolder | null = null,
): Promise<DatasetReport> {
  const { info, labels, classNames, equalImages, skipped } = await readContent({ location, again: false }, say);
  const { training, validation, test } = labels;
  const { height, width, channels, classes } = info;
  return reportOf({
    classNames: classNamesOf({ name, location, classes, classNames: classNames ?? undefined }),
    labels: { training, ...(validation === null ? {} : { validation }), test },
    ...{ image: { height, width, channels }, equalImages, imageFiles: folder === null ? null : fileFacts(folder) },
    skipped: folder?.list.listing.skipped ?? skipped,
  });
}

/** Of images that cannot be trained on, no pixels are compared. */
function reportOnFiles({ list, seen }: SeenFolder): DatasetReport {
  const { classNames, training, validation, test } = list;
  const given = validation === null ? {} : { validation: validation.labels };
  const labels = { training: training.labels, ...given, test: test.labels };
  const imageFiles = fileFacts({ list, seen });
  return reportOf({ classNames, labels, image: null, equalImages: [], imageFiles, skipped: list.listing.skipped });
}

function fileFacts({ list, seen }: SeenFolder): ImageFileFacts {
  const { damaged, sizes, grey } = seen;
  const { folder, size, listing, fileBytes, training, validation, test } = list;
  const below = (files: readonly string[]) => files.map((path) => belowFolder(folder, path));
  const given = validation === null ? {} : { validation: below(validation.files) };
  const files = { training: below(training.files), ...given, test: below(test.files) };
  return { files, listing, damaged, sizes, grey, fileBytes, resizedTo: size };
}
