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
      'A folder with train/<class>/ and test/<class>/ (or val/<class>/) of PNG, JPEG, WebP, BMP, TIFF or GIF images, or Tiny-ImageNet as it is unpacked. They are decoded once, into the cache of this app.',
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

/**
 * Lists `train/<class>/**` and `test/<class>/**` or `val/<class>/**`, or `val/images/*` with Tiny-ImageNet's annotations.
 * Classes are the folders of `train` by name.
 */
function listImages({ path: folder }: ImageFolderLocation, folders: ImageFolders): ClassifiedImages {
  const tree = { folder, folders };
  const classNames = classFolders(tree, 'train');
  if (classNames.length < 2) {
    throw badRequest(`${folders.join(folder, 'train')} has ${classNames.length} class folders: at least 2 are needed.`);
  }
  const training = classNames.map((name) => imagesOfClass(folders, folders.join(folder, 'train', name)));
  return { classNames, training, test: testImages(tree, classNames) };
}

type Tree = { readonly folder: string; readonly folders: ImageFolders };
type ImagesOfClasses = readonly (readonly ImageFile[])[];

function testImages(tree: Tree, classNames: readonly string[]): ImagesOfClasses {
  const { folder, folders } = tree;
  const annotations = folders.join(folder, 'val', ANNOTATIONS);
  if (folders.exists(annotations)) return annotatedImages(tree, annotations, classNames);
  const part = folders.exists(folders.join(folder, 'test')) ? 'test' : 'val';
  const unknown = classFolders(tree, part).find((name) => !classNames.includes(name));
  if (unknown !== undefined) {
    throw badRequest(
      `${folders.join(folder, part, unknown)} is not a class of the training images: ${folders.join(folder, 'train')} has no such folder.`,
    );
  }
  const images = classNames.map((name) => {
    const path = folders.join(folder, part, name);
    return folders.exists(path) ? imagesOfClass(folders, path) : [];
  });
  if (images.every(({ length }) => length === 0))
    throw badRequest(`${folders.join(folder, part)} holds no image to test on.`);
  return images;
}

function annotatedImages(
  { folder, folders }: Tree,
  annotations: string,
  classNames: readonly string[],
): ImagesOfClasses {
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const images: ImageFile[][] = classNames.map(() => []);
  for (const line of folders.text(annotations).split('\n')) {
    const [file, name] = line.split('\t');
    if (name === undefined) continue;
    const label = labels.get(name);
    if (label === undefined) throw corrupt(annotations, `gives ${file} the class ${name}, which train does not have`);
    const path = folders.join(folder, 'val', 'images', file);
    images[label].push({ path, stamp: folders.status(path).stamp });
  }
  if (images.every(({ length }) => length === 0)) throw corrupt(annotations, 'names no image');
  return images;
}

/** The names of the folders in `train`, `test` or `val`, sorted by character code. */
function classFolders({ folder, folders }: Tree, part: string): readonly string[] {
  if (!folders.status(folder).isFolder)
    throw badRequest(`${folder} is a file: give the folder that holds train and test.`);
  const path = folders.join(folder, part);
  if (!folders.exists(path)) {
    const missing = part === 'train' ? 'train' : 'test or val';
    throw new AppError(
      'not-found',
      `${folder} holds no folder ${missing}: images belong in train/<class> and test/<class>.`,
    );
  }
  return folders.names(path).filter((name) => folders.status(folders.join(path, name)).isFolder);
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
