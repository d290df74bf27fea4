import { classNamesOf } from '#core/data/class-names.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import type { ImageFileFacts } from '#core/data/report/report-facts.ts';
import { reportOf } from '#core/data/report/report-of.ts';
import type { ReportRequest } from '#core/ports.ts';
import type { Say } from '../threads/answer-once.ts';
import { readContent } from './dataset-content.ts';
import { decodedImages } from './decoded-folder.ts';
import { type ImageList, listedImages } from './image-list.ts';
import { checkedKind } from './open-data-source.ts';
import { belowFolder, type SeenFiles, UnusableImages } from './unusable-images.ts';

/** Reads the whole data set, unless that was done since its files changed. Runs in its own thread. */
export async function reportOn(request: ReportRequest, say: Say): Promise<DatasetReport> {
  const { reading } = await checkedKind(request.location);
  if (reading.from === 'arrays') return reportOnContent(request, null, say);
  const list = listedImages(request.location);
  try {
    const { seen } = await decodedImages(list, say);
    return await reportOnContent(request, fileFacts(list, seen), say);
  } catch (error) {
    if (error instanceof UnusableImages) return reportOnFiles(list, error.seen);
    throw error;
  }
}

async function reportOnContent(
  { name, location }: ReportRequest,
  imageFiles: ImageFileFacts | null,
  say: Say,
): Promise<DatasetReport> {
  const { info, labels, classNames, equalImages } = await readContent({ location, again: false }, say);
  const { training, validation, test } = labels;
  return reportOf({
    classNames: classNamesOf({ name, location, classes: info.classes, classNames: classNames ?? undefined }),
    labels: { training, ...(validation === null ? {} : { validation }), test },
    ...{ image: info, equalImages, imageFiles },
  });
}

/** Of images that cannot be trained on, no pixels are compared. */
function reportOnFiles(list: ImageList, seen: SeenFiles): DatasetReport {
  const { classNames, training, validation, test } = list;
  const given = validation === null ? {} : { validation: validation.labels };
  const labels = { training: training.labels, ...given, test: test.labels };
  return reportOf({ classNames, labels, image: null, equalImages: [], imageFiles: fileFacts(list, seen) });
}

function fileFacts(list: ImageList, { damaged, sizes, grey }: SeenFiles): ImageFileFacts {
  const { folder, size, listing, fileBytes, training, validation, test } = list;
  const below = (files: readonly string[]) => files.map((path) => belowFolder(folder, path));
  const given = validation === null ? {} : { validation: below(validation.files) };
  const files = { training: below(training.files), ...given, test: below(test.files) };
  return { files, listing, damaged, sizes, grey, fileBytes, resizedTo: size };
}
