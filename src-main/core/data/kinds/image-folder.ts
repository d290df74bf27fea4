import { z } from 'zod';
import { AppError, badRequest, corrupt } from '../../errors.ts';
import type { ClassifiedImages, ImageFile, ImageFolders } from '../data-files.ts';
import type { DatasetKind } from '../dataset-kind.ts';
import { classifyFile, READ_FORMATS } from '../image-endings.ts';

const schema = z.strictObject({
  kind: z.literal('image-folder'),
  path: z.string().min(1),
  /** Side of the square to which every image is resized and cropped; left out where all images have the same size. */
  size: z.int().min(4).max(1024).optional(),
});

type ImageFolderLocation = z.infer<typeof schema>;

/** Image files in folders by class. */
export const imageFolder = {
  kind: 'image-folder',
  title: 'Image folder',
  schema,
  fields: [
    {
      ...{ key: 'size', label: 'Size', type: 'number', isOptional: true, placeholder: 'pixels' },
      hint: 'In pixels. The shorter side is resized to this, then the centre is cropped to a square. Leave empty if all images have the same size.',
      help: 'resize the shorter side to this many pixels, crop the centre',
    },
  ],
  files: {
    holds:
      'A folder with train/<class>/, test/<class>/ and, if there is a validation split, val/<class>/ of PNG, JPEG, WebP, BMP, TIFF or GIF images, or Tiny-ImageNet as it is unpacked. They are decoded once, into the cache of this app.',
    takes: ['folder'],
    dialogTitle: 'Folder of images',
  },
  example: 'datasets add flowers --kind image-folder --path ~/flowers --size 64',
  placeOf: ({ path, size }) => (size === undefined ? path : `${path}, resized and cropped to ${size} × ${size}`),
  reading: { from: 'image files', list: listImages, sizeOf: ({ size }) => size ?? null },
} satisfies DatasetKind<ImageFolderLocation>;

/** Levels of folders below a class; deeper ones can only come from a link that leads back. */
const MAX_DEPTH = 8;
/** Tiny-ImageNet labels its validation images in this file: name, class and a box, separated by tabs. */
const ANNOTATIONS = 'val_annotations.txt';

/** The names of the folders of the parts, in lower case: where there are several, the first one counts. */
const TRAINING_NAMES = ['train'];
const TEST_NAMES = ['test'];
const VALIDATION_NAMES = ['val', 'valid', 'validation'];

/**
 * Lists `train/<class>/**`, `test/<class>/**` and, where there is one, a validation split in `val/<class>/**`. Without `test`,
 * the validation split is tested on, and so is `val/images/*` with Tiny-ImageNet's annotations, whose `test` has no labels.
 * Classes are the folders of `train` by name.
 */
function listImages({ path: folder }: ImageFolderLocation, folders: ImageFolders): ClassifiedImages {
  if (!folders.status(folder).isFolder)
    throw badRequest(`${folder} is a file: give the folder that holds train and test.`);
  const tree = { folder, folders };
  const train = required(tree, 'train', TRAINING_NAMES);
  const classNames = foldersIn(folders, train);
  if (classNames.length < 2) {
    throw badRequest(`${train} has ${classNames.length} class folders: at least 2 are needed.`);
  }
  const training = classNames.map((name) => imagesOfClass(folders, folders.join(train, name)));
  const found: FoundParts = {
    train,
    test: partFolder(tree, TEST_NAMES),
    validation: partFolder(tree, VALIDATION_NAMES),
  };
  return { classNames, training, ...evaluatedImages(tree, classNames, found) };
}

type Tree = { readonly folder: string; readonly folders: ImageFolders };
type ImagesOfClasses = readonly (readonly ImageFile[])[];
/** The paths of the parts; undefined where the folder has no such part. */
type FoundParts = {
  readonly train: string;
  readonly test: string | undefined;
  readonly validation: string | undefined;
};

/** The folder of a part: of the first of these names that is there, as it is written or else in any case. */
function partFolder({ folder, folders }: Tree, names: readonly string[]): string | undefined {
  const present = foldersIn(folders, folder);
  for (const name of names) {
    const alike = present.filter((one) => one.toLowerCase() === name);
    const found = alike.includes(name) ? [name] : alike;
    if (found.length > 1) throw badRequest(`${folder} holds ${found.join(' and ')}: rename or remove all but one.`);
    if (found.length === 1) return folders.join(folder, found[0]);
  }
  return undefined;
}

function required(tree: Tree, name: string, names: readonly string[]): string {
  const path = partFolder(tree, names);
  if (path !== undefined) return path;
  throw new AppError(
    'not-found',
    `${tree.folder} holds no folder ${name}: images belong in train/<class> and test/<class>.`,
  );
}

function evaluatedImages(
  tree: Tree,
  classNames: readonly string[],
  { train, test, validation }: FoundParts,
): Pick<ClassifiedImages, 'test' | 'validation'> {
  const { folders } = tree;
  const imagesIn = (path: string) => imagesByClass(folders, { path, train, classNames });
  if (validation !== undefined && folders.exists(folders.join(validation, ANNOTATIONS))) {
    return { test: annotatedImages(folders, validation, classNames) };
  }
  const tested = test ?? validation ?? required(tree, 'test or val', TEST_NAMES);
  const images = imagesIn(tested);
  if (images.every(isEmpty)) throw badRequest(`${tested} holds no image to test on.`);
  if (validation === undefined || tested === validation) return { test: images };
  const heldOut = imagesIn(validation);
  return heldOut.every(isEmpty) ? { test: images } : { test: images, validation: heldOut };
}

function isEmpty({ length }: readonly ImageFile[]): boolean {
  return length === 0;
}

type ClassifiedPart = { readonly path: string; readonly train: string; readonly classNames: readonly string[] };

/** The images of a part whose classes are those of the training images; it may lack some of them. */
function imagesByClass(folders: ImageFolders, { path, train, classNames }: ClassifiedPart): ImagesOfClasses {
  const present = foldersIn(folders, path);
  const unknown = present.find((name) => !classNames.includes(name));
  if (unknown !== undefined) {
    throw badRequest(
      `${folders.join(path, unknown)} is not a class of the training images: ${train} has no such folder.`,
    );
  }
  return classNames.map((name) => (present.includes(name) ? imagesOfClass(folders, folders.join(path, name)) : []));
}

function annotatedImages(folders: ImageFolders, validation: string, classNames: readonly string[]): ImagesOfClasses {
  const annotations = folders.join(validation, ANNOTATIONS);
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const images: ImageFile[][] = classNames.map(() => []);
  for (const line of folders.text(annotations).split('\n')) {
    const [file, name] = line.split('\t');
    if (name === undefined) continue;
    const label = labels.get(name);
    if (label === undefined) throw corrupt(annotations, `gives ${file} the class ${name}, which train does not have`);
    const path = folders.join(validation, 'images', file);
    images[label].push({ path, stamp: folders.status(path).stamp });
  }
  if (images.every(isEmpty)) throw corrupt(annotations, 'names no image');
  return images;
}

/** The names of the folders in a folder, sorted by character code. */
function foldersIn(folders: ImageFolders, folder: string): readonly string[] {
  return folders.names(folder).filter((name) => folders.status(folders.join(folder, name)).isFolder);
}

function imagesOfClass(folders: ImageFolders, folder: string): readonly ImageFile[] {
  const images = imagesIn(folders, folder, MAX_DEPTH);
  if (images.length > 0) return images;
  throw badRequest(`${folder} holds no ${READ_FORMATS} image: put some there, or remove the folder.`);
}

function imagesIn(folders: ImageFolders, folder: string, depth: number): readonly ImageFile[] {
  return folders.names(folder).flatMap((name) => {
    const path = folders.join(folder, name);
    const { isFolder, isFile, stamp } = folders.status(path);
    if (isFolder) return depth === 0 ? [] : imagesIn(folders, path, depth - 1);
    return isFile && classifyFile(name).is === 'readable image' ? [{ path, stamp }] : [];
  });
}
