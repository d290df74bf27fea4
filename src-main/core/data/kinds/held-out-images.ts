import { countedNoun } from '../../analysis/quantity.ts';
import { AppError, badRequest, corrupt } from '../../errors.ts';
import type { ImageFile, ImageFolders } from '../data-files.ts';
import type { FolderEntry } from './folder-entry.ts';
import { firstNames, type PartFolder, type PartFolders, skipLoose } from './folder-parts.ts';
import type { FolderWalk } from './folder-walk.ts';

/** A class of the training images. */
export interface KnownClass {
  /** Its name in one way of writing Unicode. */
  readonly key: string;
  readonly name: string;
}

/** The images of class 0, of class 1, and so on. */
export type ImagesOfClasses = readonly (readonly ImageFile[])[];

export interface ListedFolder {
  readonly walk: FolderWalk;
  readonly folders: ImageFolders;
  readonly parts: PartFolders;
  readonly classes: readonly KnownClass[];
}

export interface HeldOutImages {
  readonly test: ImagesOfClasses;
  /** Null where the data bring none. */
  readonly validation: ImagesOfClasses | null;
}

/** Tiny-ImageNet labels its validation images in this file: name, class and a box, separated by tabs. */
const ANNOTATIONS = 'val_annotations.txt';
const HELD_OUT = 'images for validation are held out from the training images';
const UNLABELLED = 'in no class folder, so their classes are not known';

/**
 * The images that are tested on, and those that validate: of `test` and of `val`. Where the images of `test` have no classes, or
 * there is no such folder, `val` is tested on.
 */
export function heldOutImages(listed: ListedFolder): HeldOutImages {
  const { walk, parts, classes } = listed;
  const { validation, test } = parts;
  const annotations = validation?.loose.find(({ base }) => base === ANNOTATIONS);
  if (validation !== null && annotations !== undefined) {
    if (test !== null) skipWhole(walk, test);
    return { test: annotatedImages(listed, validation, annotations.path), validation: null };
  }
  if (test !== null && isLabelled(test, classes)) {
    refuseOtherClasses(test, classes);
    const tested = someImages(test, imagesOf(walk, test, classes));
    return { test: tested, validation: validation === null ? null : givenValidation(listed, validation) };
  }
  if (validation === null) throw test === null ? nothingToTestOn(parts.root.path) : withoutClasses(walk, test);
  walk.note(whyValidation(walk, test, validation));
  refuseOtherClasses(validation, classes);
  return { test: someImages(validation, imagesOf(walk, validation, classes)), validation: null };
}

/** The images of each class in a part; files that lie in the part itself are left out. */
export function imagesOf(walk: FolderWalk, part: PartFolder, classes: readonly KnownClass[]): ImagesOfClasses {
  skipLoose(walk, part);
  return classes.map(({ key }) =>
    (part.classes.get(key)?.folders ?? []).flatMap(({ folder }) => (folder === null ? [] : walk.images(folder))),
  );
}

/** False where nothing tells the classes: no folder has the name of one, and there are files, or one folder for all of them. */
function isLabelled({ classes, loose }: PartFolder, known: readonly KnownClass[]): boolean {
  const names = new Set(known.map(({ key }) => key.toLowerCase()));
  const isKnown = [...classes.keys()].some((key) => names.has(key.toLowerCase()));
  return isKnown || classes.size > 1 || (classes.size === 1 && loose.length > 0);
}

function refuseOtherClasses({ folder, classes }: PartFolder, known: readonly KnownClass[]): void {
  const keys = new Set(known.map(({ key }) => key));
  const others = [...classes.keys()].filter((key) => !keys.has(key));
  if (others.length === 0) return;
  const names = new Map(known.toReversed().map(({ key, name }) => [key.toLowerCase(), name]));
  const inOtherCase = others.flatMap((key) => {
    const alike = names.get(key.toLowerCase());
    return alike === undefined ? [] : [`${key} is ${alike}`];
  });
  if (inOtherCase.length > 0) {
    throw badRequest(
      `${folder.path} writes classes otherwise than train does (here ${firstNames(inOtherCase)} there): give the folders of a class one name.`,
    );
  }
  const [has, them] = others.length === 1 ? ['a class folder', 'it'] : ['class folders', 'them'];
  throw badRequest(
    `${folder.path} has ${has} that train does not have: ${firstNames(others)}. Remove ${them}, or put images of ${them} into train too.`,
  );
}

/** Null where none of its images has a class. Its other classes are left out: nothing was ever trained for them. */
function givenValidation({ walk, classes }: ListedFolder, part: PartFolder): ImagesOfClasses | null {
  if (!isLabelled(part, classes)) {
    skipWhole(walk, part);
    return null;
  }
  const keys = new Set(classes.map(({ key }) => key));
  for (const entry of part.entries) {
    const isOther = entry.isFolder && !keys.has(entry.base.normalize('NFC'));
    if (isOther) walk.skip(entry, 'train has no class of this name');
  }
  const images = imagesOf(walk, part, classes);
  if (images.some(({ length }) => length > 0)) return images;
  walk.note(`${part.folder.name} holds no image: ${HELD_OUT}.`);
  return null;
}

function annotatedImages({ walk, folders, classes }: ListedFolder, part: PartFolder, path: string): ImagesOfClasses {
  const labels = new Map(classes.map(({ name }, label) => [name, label]));
  const images: ImageFile[][] = classes.map(() => []);
  const held = imagesIn(walk, part);
  const named = new Set([path]);
  for (const [file, name] of annotationsIn(folders.text(path))) {
    const label = labels.get(name);
    if (label === undefined) throw corrupt(path, `gives ${file} the class ${name}, which train does not have`);
    const image = held.get(file);
    if (image === undefined) throw corrupt(path, `names ${file}, which ${part.folder.path} does not hold in images`);
    if (named.has(image.path)) throw corrupt(path, `names ${file} twice`);
    images[label].push({ path: image.path, stamp: image.stamp, byteLength: image.byteLength });
    named.add(image.path);
  }
  if (images.every(({ length }) => length === 0)) throw corrupt(path, 'names no image');
  skipUnnamed(walk, part, named);
  return images;
}

/** The files that can be annotated, by their names: those in the folder of the images, and in no other. */
function imagesIn(walk: FolderWalk, { entries }: PartFolder): ReadonlyMap<string, FolderEntry> {
  const found = entries.find(({ base, isFolder }) => isFolder && base === 'images');
  const inside = found?.folder ?? null;
  const files = inside === null ? [] : walk.entries(inside).filter(({ isFile }) => isFile);
  return new Map(files.map((entry) => [entry.base, entry]));
}

/** The name of an image and of its class in each line that has both, which a tab tells; other lines take no time. */
function* annotationsIn(text: string): Generator<readonly [file: string, name: string], void, undefined> {
  for (let tab = text.indexOf('\t'), end = 0; tab !== -1; tab = text.indexOf('\t', end)) {
    const start = text.lastIndexOf('\n', tab) + 1;
    const lineEnd = text.indexOf('\n', tab);
    end = lineEnd === -1 ? text.length : lineEnd;
    const [name = ''] = text.slice(tab + 1, end).split('\t', 1);
    yield [text.slice(start, tab), name];
  }
}

function skipUnnamed(walk: FolderWalk, part: PartFolder, named: ReadonlySet<string>): void {
  for (const entry of part.entries) {
    const inside = entry.isFolder ? entry.folder : null;
    if (inside === null && !named.has(entry.path)) walk.skip(entry, UNLABELLED);
    for (const one of inside === null ? [] : walk.entries(inside)) {
      if (!named.has(one.path)) walk.skip(one, UNLABELLED);
    }
  }
}

function skipWhole(walk: FolderWalk, { entries }: PartFolder): void {
  for (const entry of entries) walk.skip(entry, UNLABELLED);
}

function someImages({ folder }: PartFolder, images: ImagesOfClasses): ImagesOfClasses {
  if (images.some(({ length }) => length > 0)) return images;
  throw badRequest(`${folder.path} holds no image to test on.`);
}

function nothingToTestOn(path: string): AppError {
  return new AppError(
    'not-found',
    `${path} holds no folder test or val: move a part of each class's images from train/<class> into test/<class>.`,
  );
}

function withoutClasses(walk: FolderWalk, { folder }: PartFolder): AppError {
  const { path } = folder;
  const images = walk.images(folder).length;
  if (images === 0) return badRequest(`${path} holds no image to test on.`);
  return badRequest(
    `${path} holds ${countedNoun(images, 'image')} in no class folder, so their classes are not known: put images whose classes you know into test/<class> or val/<class>, such as a part of those in train.`,
  );
}

/** Notes the files of `test` as left out. */
function whyValidation(walk: FolderWalk, test: PartFolder | null, validation: PartFolder): string {
  const used = `the images of ${validation.folder.name} are tested on, and ${HELD_OUT}`;
  if (test === null) return `There is no folder test: ${used}.`;
  skipWhole(walk, test);
  return `The images of ${test.folder.name} lie in no class folders, so their classes are not known: ${used}.`;
}
