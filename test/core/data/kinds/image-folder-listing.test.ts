import { describe, expect, it } from 'vitest';
import type { ClassifiedImages } from '#core/data/data-files.ts';
import { imageFolder } from '#core/data/kinds/image-folder.ts';
import { foldersInMemory, type Tree } from './folders-in-memory.ts';

/** Two classes to train on, and to test on. */
const PLAIN: Tree = { 'train/cat/1.png': 1, 'train/dog/2.png': 2, 'test/cat/3.png': 3, 'test/dog/4.png': 4 };

function listed(tree: Tree): ClassifiedImages {
  return imageFolder.reading.list({ kind: 'image-folder', path: '/data' }, foldersInMemory(tree));
}

const namesOf = (classes: ClassifiedImages['test'] | undefined) =>
  classes?.map((files) => files.map(({ path }) => path.slice('/data/'.length)));

/** Each path that was left out. */
const leftOutOf = (listing: ClassifiedImages['listing']) =>
  (listing?.skipped ?? []).flatMap(({ reason, first }) => first.map(({ path, files }) => ({ path, reason, files })));

/** The files of each part, and what was left out with the number of files. */
function summary(tree: Tree) {
  const { training, validation, test, listing } = listed(tree);
  const skipped = Object.fromEntries(leftOutOf(listing).map(({ path, files }) => [path, files]));
  return { training: namesOf(training), validation: namesOf(validation), test: namesOf(test), skipped };
}

describe('a listing', () => {
  it('leaves nothing out without saying why', () => {
    const { listing, classNames } = listed({
      ...PLAIN,
      'train/cat/a.HEIC': 1,
      'train/cat/b.heic': 1,
      'train/cat/notes.txt': 1,
      'train/cat/Thumbs.db': 1,
      'train/cat/._1.png': 1,
      'train/cat/pipe.png': 'pipe',
      'train/cat/noending': 1,
      'train/loose.png': 1,
      'test/loose.png': 1,
      'README.md': 1,
      'extra/x/1.png': 1,
      'extra/2.png': 1,
    });
    expect(classNames).toEqual(['cat', 'dog']);
    const reasons = leftOutOf(listing).map(({ path, reason, files }) => [path, reason, files]);
    const hidden = 'hidden, or left behind by a system (.DS_Store, Thumbs.db, __MACOSX and the like)';
    const heic = 'HEIC images (.heic) are not read: save them as PNG or JPEG';
    const outside = 'outside the folders of the classes';
    expect(reasons.sort()).toEqual([
      ['README.md', outside, 1],
      ['extra/', outside, 2],
      ['test/loose.png', outside, 1],
      ['train/cat/._1.png', hidden, 1],
      ['train/cat/Thumbs.db', hidden, 1],
      ['train/cat/a.HEIC', heic, 1],
      ['train/cat/b.heic', heic, 1],
      ['train/cat/noending', 'files without an ending are not taken for images', 1],
      ['train/cat/notes.txt', '.txt files are not images', 1],
      ['train/cat/pipe.png', 'neither a file nor a folder', 1],
      ['train/loose.png', outside, 1],
    ]);
    expect(listing?.unreadable).toEqual([]);
  });

  it.each([
    '__MACOSX',
    '@eaDir',
    '.ipynb_checkpoints',
    '.AppleDouble',
    '$RECYCLE.BIN',
    'lost+found',
    '.thumbnails',
    '#recycle',
  ])('takes %s for no class, wherever it lies', (junk) => {
    const tree = { [`train/${junk}/1.png`]: 1, [`test/${junk}/cat/1.png`]: 1, [`${junk}/1.png`]: 1 };
    const { training, test, skipped } = summary({ ...PLAIN, ...tree, [`train/cat/${junk}/9.png`]: 1 });
    expect([training, test]).toEqual([
      [['train/cat/1.png'], ['train/dog/2.png']],
      [['test/cat/3.png'], ['test/dog/4.png']],
    ]);
    expect(skipped).toEqual({
      [`${junk}/`]: 1,
      [`test/${junk}/`]: 1,
      [`train/${junk}/`]: 1,
      [`train/cat/${junk}/`]: 1,
    });
  });

  it('takes names that differ only in Unicode normalisation for one, across parts and within one', () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
    expect(
      summary({
        [`train/${decomposed}/1.png`]: 1,
        [`train/${composed}/2.png`]: 1,
        'train/dog/3.png': 1,
        [`test/${composed}/4.png`]: 1,
        [`val/${decomposed}/5.png`]: 1,
      }),
    ).toMatchObject({
      training: [[`train/${decomposed}/1.png`, `train/${composed}/2.png`], ['train/dog/3.png']],
      test: [[`test/${composed}/4.png`], []],
      validation: [[`val/${decomposed}/5.png`], []],
    });
  });

  it('tests on val where the test images have no classes, and says so', () => {
    const val = { 'val/cat/5.png': 5, 'val/dog/6.png': 6 };
    const {
      training: _,
      test: tested,
      ...train
    } = { training: 0, test: 0, 'train/cat/1.png': 1, 'train/dog/2.png': 2 };
    const flat = { ...train, ...val, 'test/0.png': 1, 'test/1.png': 1 };
    expect(summary(flat)).toMatchObject({
      validation: undefined,
      test: [['val/cat/5.png'], ['val/dog/6.png']],
      skipped: { 'test/0.png': 1, 'test/1.png': 1 },
    });
    expect(listed(flat).listing?.notes).toEqual([
      'The images of test/ lie in no class folders, so their classes are not known: the images of val/ are tested on, and images for validation are held out from the training images.',
    ]);
    const wrapped = { ...train, ...val, 'test/unknown/0.png': 1 };
    expect(summary(wrapped)).toMatchObject({
      test: [['val/cat/5.png'], ['val/dog/6.png']],
      skipped: { 'test/unknown/': 1 },
    });
  });

  it('says that a folder for validation holds no image', () => {
    const { validation, listing } = listed({ ...PLAIN, 'val/cat/notes.txt': 1 });
    expect([validation, listing?.notes]).toEqual([
      undefined,
      ['val/ holds no image: images for validation are held out from the training images.'],
    ]);
  });

  it('finds the parts in the folder that an archive was unpacked into', () => {
    const inside = Object.fromEntries(Object.entries(PLAIN).map(([name, size]) => [`pets/pets/${name}`, size]));
    const found = { ...inside, 'pets/README.txt': 1, '__MACOSX/pets/._x': 1 };
    expect(summary(found)).toMatchObject({
      training: [['pets/pets/train/cat/1.png'], ['pets/pets/train/dog/2.png']],
      skipped: { 'pets/README.txt': 1, '__MACOSX/': 1 },
    });
    expect(listed(found).listing?.notes).toEqual(['The images were found in pets/pets/, which holds train.']);
  });

  it('finds parts in upper case, and prefers the name in lower case', () => {
    const upper = { 'Train/cat/1.png': 1, 'Train/dog/2.png': 2, 'TEST/cat/3.png': 3 };
    expect(summary(upper)).toMatchObject({ test: [['TEST/cat/3.png'], []] });
    expect(summary({ ...PLAIN, ...upper })).toMatchObject({
      test: [['test/cat/3.png'], ['test/dog/4.png']],
      skipped: { 'Train/': 2, 'TEST/': 1 },
    });
  });

  it('keeps classes that a part lacks, also where their folder is empty of images', () => {
    const { classNames, training, test } = listed({ ...PLAIN, 'train/cow/notes.txt': 1, 'test/cow/5.png': 1 });
    expect([classNames, namesOf(training), namesOf(test)]).toEqual([
      ['cat', 'cow', 'dog'],
      [['train/cat/1.png'], [], ['train/dog/2.png']],
      [['test/cat/3.png'], ['test/cow/5.png'], ['test/dog/4.png']],
    ]);
  });

  it('follows links, and stops where one leads back', () => {
    const tree = { ...PLAIN, 'train/cat/again': { linksTo: 'train' }, 'train/cow': { linksTo: 'more/cow' } };
    const { classNames, training, listing } = listed({ ...tree, 'more/cow/5.png': 5 });
    expect([classNames, namesOf(training)]).toEqual([
      ['cat', 'cow', 'dog'],
      [['train/cat/1.png'], ['train/cow/5.png'], ['train/dog/2.png']],
    ]);
    expect(leftOutOf(listing).find(({ path }) => path === 'train/cat/again')).toEqual({
      path: 'train/cat/again',
      reason: 'behind a link that leads back to a folder above it',
      files: 1,
    });
  });

  it('takes no image twice because of a link', () => {
    const links = {
      'train/again': { linksTo: 'train/cat' },
      'train/cat/5.png': { linksTo: 'train/dog/2.png' },
      'train/dog/3.png': { linksTo: 'test/cat/3.png' },
      'train/cat/6.png': { linksTo: 'more/6.png' },
      'train/dog/7.png': { linksTo: 'more/6.png' },
      'train/dog/more': { linksTo: 'more' },
      val: { linksTo: 'train' },
    };
    const { classNames, training, test: tested, validation, listing } = listed({ ...PLAIN, ...links, 'more/6.png': 6 });
    expect([classNames, namesOf(training), namesOf(tested), validation]).toEqual([
      ['cat', 'dog'],
      [['train/cat/1.png', 'train/cat/6.png'], ['train/dog/2.png']],
      [['test/cat/3.png'], ['test/dog/4.png']],
      undefined,
    ]);
    const again = leftOutOf(listing).filter(({ reason }) => reason.startsWith('behind a link to what is read'));
    expect(again.map(({ path }) => path).sort()).toEqual([
      ...['train/again', 'train/cat/5.png', 'train/dog/3.png', 'train/dog/7.png', 'train/dog/more', 'val'],
    ]);
  });

  it('reads nothing outside of its folder, and says so where images are missing', () => {
    const outside = { 'other/cat/9.png': 9, 'other/dog/9.png': 9 };
    const tree: Tree = {
      'set/train/cat/1.png': 1,
      'set/train/dog/2.png': 2,
      'set/train/cow': { linksTo: 'other/cat' },
      'set/test/cat/3.png': 3,
      'set/test/cat/4.png': { linksTo: 'other/cat/9.png' },
      'set/test/dog/5.png': 5,
      ...outside,
    };
    const {
      classNames,
      test: tested,
      listing,
    } = imageFolder.reading.list({ kind: 'image-folder', path: '/data/set' }, foldersInMemory(tree));
    expect([classNames, tested.flat().length]).toEqual([['cat', 'dog'], 2]);
    const reason = 'behind a link that leads out of the folder of the data set';
    const links = leftOutOf(listing).filter((one) => one.reason === reason);
    expect(links.map(({ path }) => path)).toEqual(['train/cow', 'test/cat/4.png']);
    const linked: Tree = { 'set/train': { linksTo: 'other' }, 'set/test/cat/3.png': 3, ...outside };
    expect(() =>
      imageFolder.reading.list({ kind: 'image-folder', path: '/data/set' }, foldersInMemory(linked)),
    ).toThrow(
      '/data/set holds no folder train (1 link in it leads out of it, and only what lies in it is read: copy it there), but only the folder test',
    );
  });

  it('tells what cannot be read, so that no image is left out silently', () => {
    const tree: Tree = {
      ...PLAIN,
      'train/cat/gone.png': 'missing',
      'train/dog/secret': 'denied',
      'train/cat/gone.txt': 'missing',
    };
    const { listing } = listed(tree);
    expect(listing?.unreadable).toEqual([
      { file: 'train/cat/gone.png', problem: 'is a link to something that is not there' },
      { file: 'train/dog/secret/', problem: 'may not be read: allow your user to read it' },
    ]);
    expect(leftOutOf(listing).map(({ path }) => path)).toEqual(['train/cat/gone.txt']);
  });

  it('names the first of very many, and counts all', () => {
    const texts = Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`train/cat/${index}.txt`, 1]));
    const endings = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`train/dog/x.e${index}`, 1]));
    const skipped = listed({ ...PLAIN, ...texts, ...endings }).listing?.skipped ?? [];
    expect(skipped[0]).toMatchObject({ reason: '.txt files are not images', files: 1200, total: 1200 });
    expect([skipped[0].first.length, skipped.length]).toEqual([500, 41]);
    expect(skipped.at(-1)).toMatchObject({ reason: 'for yet other reasons, such as their endings', files: 51 });
  });

  it('leaves out classes of the validation images that train does not have', () => {
    const { validation, skipped } = summary({ ...PLAIN, 'val/cat/5.png': 1, 'val/cow/6.png': 1 });
    expect([validation, skipped]).toEqual([[['val/cat/5.png'], []], { 'val/cow/': 1 }]);
  });
});

describe('a folder that is refused', () => {
  const train = { 'train/cat/1.png': 1, 'train/dog/2.png': 2 };
  it.each<[string, Tree, RegExp]>([
    [
      'of classes without parts',
      { 'cat/1.png': 1, 'dog/2.png': 1 },
      /^\/data holds no folder train, but the folders cat, dog: if these are the classes, make the folders train and test, /,
    ],
    [
      'with parts of other names',
      { 'training/cat/1.png': 1, 'testing/cat/2.png': 1 },
      /^\/data holds no folder train, but training: rename it to train, /,
    ],
    [
      'without anything',
      { 'a.png': 1 },
      /^\/data holds no folder train: images belong in train\/<class> and test\/<class>\.$/,
    ],
    [
      'whose train has no class folders',
      { 'train/1.png': 1, 'train/2.png': 1, ...{ 'test/cat/1.png': 1 } },
      /^\/data\/train has no class folder and 2 files outside of them: /,
    ],
    [
      'of unlabelled test images alone',
      { ...train, 'test/0.png': 1, 'test/1.png': 1 },
      /^\/data\/test holds 2 images in no class folder, so their classes are not known: /,
    ],
    ['without test', train, /^\/data holds no folder test or val: /],
    [
      'with classes only in test, all named',
      { ...train, 'test/cat/1.png': 1, 'test/cow/1.png': 1, 'test/pig/1.png': 1 },
      /^\/data\/test has class folders that train does not have: cow, pig\. /,
    ],
    [
      'whose parts write a class in two ways',
      { ...train, 'test/Cat/1.png': 1, 'test/dog/2.png': 1 },
      /^\/data\/test writes classes otherwise than train does \(here Cat is cat there\): /,
    ],
    ['that is a file', {}, /^\/data does not exist/],
  ])('%s says so in one sentence', (_, tree, sentence) => {
    expect(() => listed(tree)).toThrow(sentence);
  });

  it('that is a part itself is told from one that lacks it', () => {
    const folders = foldersInMemory(PLAIN);
    expect(() => imageFolder.reading.list({ kind: 'image-folder', path: '/data/train' }, folders)).toThrow(
      '/data/train holds no folder train: give the folder above it, which holds the parts.',
    );
  });
});
