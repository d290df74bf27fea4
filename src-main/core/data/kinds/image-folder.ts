import { z } from 'zod';
import { type AppError, badRequest } from '../../errors.ts';
import type { ClassifiedImages, ImageFolders } from '../data-files.ts';
import type { DatasetKind } from '../dataset-kind.ts';
import { classifyFile } from '../image-endings.ts';
import { type PartFolder, partFolders } from './folder-parts.ts';
import { FolderWalk } from './folder-walk.ts';
import { heldOutImages, imagesOf, type KnownClass } from './held-out-images.ts';

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
      hint: 'In pixels, such as 96 or 224: fewer train faster, more show more. The shorter side is resized to this, then the centre is cropped to a square. Leave empty if all images have the same size.',
      help: 'resize the shorter side to this many pixels, crop the centre',
    },
  ],
  files: {
    holds:
      'A folder with train/<class>/, test/<class>/ and, if there is a validation split, val/<class>/ of PNG, JPEG, WebP, BMP, TIFF or GIF images, or Tiny-ImageNet as it is unpacked. They are decoded once, into the cache of this app.',
    takes: ['folder'],
    dialogTitle: 'Folder of images',
    recognises: ({ isFolder, names }) => isFolder && names.some(isPartOrImage),
  },
  example: 'datasets add flowers --kind image-folder --path ~/flowers --size 64',
  placeOf: ({ path, size }) => (size === undefined ? path : `${path}, resized and cropped to ${size} × ${size}`),
  reading: { from: 'image files', list: listImages, sizeOf: ({ size }) => size ?? null },
} satisfies DatasetKind<ImageFolderLocation>;

/** A folder of images that lacks its parts is taken for one too: its report says what is missing. */
function isPartOrImage(name: string): boolean {
  return /(^|\/)train\/$/i.test(name) || classifyFile(name).is === 'readable image';
}

/**
 * Lists `train/<class>/**` with `test/<class>/**` or `val/<class>/**` or both, or `val/images/*` with Tiny-ImageNet's annotations.
 * Classes are the folders of `train` by name.
 */
function listImages({ path }: ImageFolderLocation, folders: ImageFolders): ClassifiedImages {
  if (folders.status(path).isFile) throw aFile(path);
  const walk = new FolderWalk(folders);
  const parts = partFolders(walk, path, folders);
  const classes = trainingClasses(parts.train, walk);
  const training = imagesOf(walk, parts.train, classes);
  if (training.every(({ length }) => length === 0)) {
    throw badRequest(`${parts.train.folder.path} holds no image${walk.linkAdvice}.`);
  }
  const { validation, test } = heldOutImages({ walk, folders, parts, classes });
  const classNames = classes.map(({ name }) => name);
  return { classNames, training, ...(validation === null ? {} : { validation }), test, listing: walk.listing };
}

function aFile(path: string): AppError {
  return badRequest(`${path} is a file: give the folder that holds train and test.`);
}

/** The classes in the order of their folders' names. */
function trainingClasses({ folder, classes, loose }: PartFolder, walk: FolderWalk): readonly KnownClass[] {
  if (classes.size < 2) {
    const files = loose.length === 0 ? '' : ` and ${loose.length.toLocaleString('en-US')} files outside of them`;
    const has = classes.size === 1 ? 'only one class folder' : 'no class folder';
    throw badRequest(
      `${folder.path} has ${has}${files}${walk.linkAdvice}: put the images of each class into train/<class>; at least 2 are needed.`,
    );
  }
  return [...classes].map(([key, { name }]) => ({ key, name }));
}
