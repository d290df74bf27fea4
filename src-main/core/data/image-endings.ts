// What the name of a file says of the image in it. Which images are really read follows from their bytes, not from their names.

/** Endings of the images that are read. */
const readable: ReadonlySet<string> = new Set([
  ...['png', 'apng', 'jpg', 'jpeg', 'jpe', 'jfif', 'jfi', 'jif', 'webp', 'bmp', 'dib', 'tif', 'tiff', 'gif'],
  ...['ppm', 'pgm', 'pbm', 'pnm'],
]);

/** The formats behind these endings, for people. */
export const READ_FORMATS = 'PNG, JPEG, WebP, BMP, TIFF, GIF or PPM';

/** Endings of images that are known but not read, with the names of their formats. */
const UNREAD_FORMATS: ReadonlyMap<string, string> = new Map([
  ...(['heic', 'heif', 'hif', 'heics', 'heifs'] as const).map((ending) => [ending, 'HEIC'] as const),
  ...(['avif', 'avifs'] as const).map((ending) => [ending, 'AVIF'] as const),
  ...(['svg', 'svgz'] as const).map((ending) => [ending, 'SVG'] as const),
  ...(['jp2', 'j2k', 'jpf', 'jpx', 'jpm', 'j2c', 'jpc'] as const).map((ending) => [ending, 'JPEG 2000'] as const),
  ...(['hdr', 'pic'] as const).map((ending) => [ending, 'Radiance HDR'] as const),
  ...(['dng', 'cr2', 'cr3', 'crw', 'nef', 'arw', 'orf', 'rw2', 'raf', 'pef', 'srw', 'raw'] as const).map(
    (ending) => [ending, 'camera raw'] as const,
  ),
  ['jxl', 'JPEG XL'],
  ['jxr', 'JPEG XR'],
  ['ico', 'ICO'],
  ['tga', 'TGA'],
  ['psd', 'Photoshop'],
  ['xcf', 'GIMP'],
  ['exr', 'OpenEXR'],
  ['dds', 'DDS'],
  ['qoi', 'QOI'],
  ['pcx', 'PCX'],
  ['pam', 'PAM'],
  ['pfm', 'PFM'],
  ['fits', 'FITS'],
  ['dcm', 'DICOM'],
  ['nii', 'NIfTI'],
  ['eps', 'EPS'],
]);

/** What the ending of a file's name says: an image that is read, one that is known but not read, or no image. */
export type FileClass =
  | { readonly is: 'readable image' }
  | { readonly is: 'unread image'; readonly format: string }
  | { readonly is: 'no image' };

/** Classifies a file by its name alone: upper and lower case are the same. */
export function classifyFile(name: string): FileClass {
  const [, ending = ''] = /\.([^.]+)$/.exec(name.toLowerCase()) ?? [];
  if (readable.has(ending)) return { is: 'readable image' };
  const format = UNREAD_FORMATS.get(ending);
  return format === undefined ? { is: 'no image' } : { is: 'unread image', format };
}
