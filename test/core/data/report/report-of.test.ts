import { describe, expect, it } from 'vitest';
import { boundedReport, type DatasetReport } from '#core/data/report/dataset-report.ts';
import type { ImageFileFacts, ReportFacts } from '#core/data/report/report-facts.ts';
import { reportOf } from '#core/data/report/report-of.ts';
import { reportWords } from '#core/data/report/report-words.ts';

/** Two training images of each of two classes, one to validate and one to test of each; nothing remarkable. */
const PLAIN: ReportFacts = {
  classNames: ['cat', 'dog'],
  labels: { training: [0, 1, 0, 1], validation: [0, 1], test: [1, 0] },
  image: { height: 4, width: 6, channels: 3 },
  equalImages: [],
  imageFiles: null,
  skipped: [],
};

const FILES: ImageFileFacts = {
  files: {
    training: ['train/cat/1.png', 'train/dog/2.png', 'train/cat/3.png', 'train/dog/4.png'],
    validation: ['val/cat/5.png', 'val/dog/6.png'],
    test: ['test/dog/7.png', 'test/cat/8.png'],
  },
  listing: { unreadable: [], notes: [] },
  damaged: [],
  sizes: [{ height: 4, width: 6, images: 8, example: 'test/cat/8.png' }],
  resizedTo: null,
  grey: 0,
  fileBytes: 1234,
};

const found = ({ findings }: DatasetReport) =>
  findings.map(({ topic, sentence, items }) => [
    topic,
    sentence,
    ...items.map(({ what, detail }) => (detail === null ? what : `${what} ${detail}`)),
  ]);
const withFiles = (files: Partial<ImageFileFacts>) => reportOf({ ...PLAIN, imageFiles: { ...FILES, ...files } });

describe('a report', () => {
  it('counts the images of each class and part, and finds nothing where there is nothing', () => {
    expect(reportOf(PLAIN)).toEqual({
      parts: [
        { part: 'training', images: 4 },
        { part: 'validation', images: 2 },
        { part: 'test', images: 2 },
      ],
      classes: [
        { name: 'cat', images: [2, 1, 1] },
        { name: 'dog', images: [2, 1, 1] },
      ],
      image: { height: 4, width: 6, channels: 3 },
      sizes: {
        ...{ distinct: 1, smallest: { height: 4, width: 6, images: 8 }, largest: { height: 4, width: 6, images: 8 } },
        mostFrequent: { height: 4, width: 6, images: 8 },
      },
      grey: null,
      bytes: { pixels: 8 * 4 * 6 * 3, files: null },
      ...{ findings: [], notes: [], refusal: null },
    });
    expect(withFiles({}).findings).toEqual([]);
  });

  it('says where equal images lie: in two parts, in two classes, in one part', () => {
    // Numbers 0 to 3 train, 4 and 5 validate, 6 and 7 test.
    expect(
      found(
        reportOf({
          ...PLAIN,
          equalImages: [
            [0, 2, 7],
            [1, 5],
            [3, 6],
          ],
        }),
      ),
    ).toEqual([
      [
        'same image in two parts',
        '2 of the 2 test images are among the training images too, equal in every pixel.',
        'test[1] (cat) equals training[0] (cat)',
        'test[0] (dog) equals training[3] (dog)',
      ],
      [
        'same image in two parts',
        '1 of the 2 validation images is among the training images too, equal in every pixel.',
        'validation[1] (dog) equals training[1] (dog)',
      ],
      [
        'repeated images',
        '1 training image repeats another one of the same part.',
        'training[2] (cat) equals training[0] (cat)',
      ],
    ]);
    expect(
      found(
        reportOf({
          ...PLAIN,
          imageFiles: FILES,
          equalImages: [
            [4, 6],
            [0, 1],
          ],
        }),
      ),
    ).toEqual([
      [
        'same image in two parts',
        '1 of the 2 test images is among the validation images too, equal in every pixel.',
        'test/dog/7.png equals val/cat/5.png',
      ],
      [
        'same image in two classes',
        '2 images occur in more than one class.',
        'val/cat/5.png equals test/dog/7.png',
        'train/cat/1.png equals train/dog/2.png',
      ],
      [
        'repeated images',
        '1 training image repeats another one of the same part.',
        'train/dog/2.png equals train/cat/1.png',
      ],
    ]);
  });

  it('names classes that have no image, and those that a part lacks', () => {
    const labels = { training: [1, 2], test: [1, 1, 1] };
    expect(found(reportOf({ ...PLAIN, classNames: ['0', '1', '2'], labels }))).toEqual([
      [
        'empty classes',
        '1 of 3 classes has no image in any part. If the labels count from 1, subtract 1 from each.',
        '0',
      ],
      ['missing classes', 'The test images lack 1 of 3 classes.', '2'],
    ]);
    const ofOne = { training: [0], test: [0] };
    expect(found(reportOf({ ...PLAIN, labels: ofOne })).map(([topic]) => topic)).toEqual([
      'one class',
      'empty classes',
    ]);
  });

  it('tells of classes whose names look alike', () => {
    expect(found(reportOf({ ...PLAIN, classNames: ['Cat', 'cat'] }))).toEqual([
      ['similar class names', '2 classes have names that differ only in upper and lower case.', 'Cat', 'cat'],
    ]);
    expect(found(reportOf({ ...PLAIN, classNames: ['A', 'a'] }))).toEqual([]);
  });

  it('lists all damaged files first, and refuses them', () => {
    const damaged = [
      { file: 'train/cat/1.png', problem: 'is damaged' },
      { file: 'test/dog/7.png', problem: 'is empty' },
    ];
    const report = withFiles({ damaged });
    expect(found(report)).toEqual([
      [
        'damaged images',
        '2 of 8 image files cannot be read: mend, replace or remove them.',
        'train/cat/1.png is damaged',
        'test/dog/7.png is empty',
      ],
    ]);
    expect(report.refusal).toBe(report.findings[0].sentence);
  });

  it('gives a reason that all damaged files share once', () => {
    const problem = 'is a zip archive, which is not read';
    const files = ['train/cat/1.png', 'test/dog/7.png'];
    expect(found(withFiles({ damaged: files.map((file) => ({ file, problem })) }))).toEqual([
      ['damaged images', `2 of 8 image files cannot be read: mend, replace or remove them. Each ${problem}.`, ...files],
    ]);
  });

  it('refuses several sizes where nothing makes them one, else counts those that are enlarged', () => {
    const sizes = [
      { height: 9, width: 5, images: 1, example: 'a/1.png' },
      { height: 4, width: 6, images: 6, example: 'a/2.png' },
      { height: 40, width: 30, images: 2, example: 'a/3.png' },
    ];
    const refused = withFiles({ sizes });
    expect(found(refused)).toEqual([
      [
        'several sizes',
        'The images have 3 sizes, from 4 × 6 to 40 × 30: give a "size" to which all are resized and cropped.',
        '4 × 6 (6 images, such as a/2.png)',
        '40 × 30 (2 images, such as a/3.png)',
        '9 × 5 (1 image, a/1.png)',
      ],
    ]);
    expect(refused.refusal).not.toBeNull();
    const resized = withFiles({ sizes, resizedTo: 6 });
    expect(found(resized)).toEqual([
      [
        'enlarged images',
        '7 images have sides shorter than 6 pixels and are enlarged.',
        '4 × 6 (6 images, such as a/2.png)',
        '9 × 5 (1 image, a/1.png)',
      ],
    ]);
    const [smallest, largest] = [
      { height: 4, width: 6, images: 6 },
      { height: 40, width: 30, images: 2 },
    ];
    expect([resized.refusal, resized.sizes]).toEqual([
      null,
      { distinct: 3, smallest, largest, mostFrequent: smallest },
    ]);
  });

  it('counts what was skipped by its reasons, the most files first', () => {
    const skipped = [
      { reason: '.txt files are not images', files: 2, total: 2, first: ['train/cat/a.txt', 'train/dog/b.txt'] },
      { reason: 'hidden', files: 12, total: 1, first: ['__MACOSX/'] },
    ].map(({ first, ...one }) => ({ ...one, first: first.map((path) => ({ path, files: one.files / one.total })) }));
    const listing = { unreadable: [], notes: ['It was so.'] };
    const report = reportOf({ ...PLAIN, skipped, imageFiles: { ...FILES, listing } });
    expect(found(report)).toEqual([
      ['skipped files', '12 files were skipped: hidden.', '__MACOSX/ (12 files)'],
      ['skipped files', '2 files were skipped: .txt files are not images.', 'train/cat/a.txt', 'train/dog/b.txt'],
    ]);
    const [texts] = skipped;
    expect(found(reportOf({ ...PLAIN, skipped: [{ ...texts, files: 1 }] }))[0]).toContain(
      '1 array was skipped: .txt files are not images.',
    );
    expect(report.notes).toEqual(['It was so.']);
    const [first, second] = boundedReport(report, 1).findings;
    expect([first.items.length, second.items.length, second.total]).toEqual([1, 1, 2]);
  });

  it('has words for its sizes, colours and bytes', () => {
    expect(reportWords(withFiles({ grey: 3 }))).toEqual([
      ['images', '4 training, 2 validation, 2 test'],
      ['sizes', 'all 4 × 6 (height × width)'],
      ['trained as', '4 × 6 × 3'],
      ['colour', 'RGB; 3 of 8 images without colour'],
      ['bytes', '0.6 kB of pixels, 1.2 kB of image files'],
    ]);
  });
});
