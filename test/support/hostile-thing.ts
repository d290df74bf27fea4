import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transformer } from '@napi-rs/image';

/** What lies at a path: bytes, or something that is no ordinary file. */
export type Thing =
  | Uint8Array
  | string
  | { readonly link: string }
  | { readonly is: 'pipe' | 'socket' | 'folder' }
  | { readonly sparse: number };
export type Things = Readonly<Record<string, Thing>>;

/** A file or folder that may hang, fill the memory or lead elsewhere, and the words of `lab` that read it. */
export interface HostileFile {
  readonly name: string;
  readonly things: () => Things;
  /** `folder` is the place of the things. */
  readonly words: (folder: string) => readonly string[];
  /** Whether the data may as well be taken: they are odd, but can be read. */
  readonly mayPass?: boolean;
}

export const MEBIBYTE = 2 ** 20;
export const PIPE = { is: 'pipe' } as const;
export const SOCKET = { is: 'socket' } as const;
export const FOLDER = { is: 'folder' } as const;
export const ZEROS = { link: '/dev/zero' } as const;

/** Binds a socket, which stays when its process is killed. */
const BIND = `import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])`;

const MAKERS = {
  pipe: (path: string) => execFileSync('mkfifo', [path]),
  socket: (path: string) => execFileSync('python3', ['-c', BIND, path]),
  folder: (path: string) => mkdirSync(path),
};

/** Puts the things into a folder. */
export function writeThings(folder: string, things: Things): void {
  for (const [name, thing] of Object.entries(things)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof thing === 'string' || thing instanceof Uint8Array) writeFileSync(path, thing);
    else if ('link' in thing) symlinkSync(thing.link, path);
    else if ('is' in thing) MAKERS[thing.is](path);
    else {
      writeFileSync(path, '');
      truncateSync(path, thing.sparse);
    }
  }
}

export const SPEC = {
  dataset: { kind: 'synthetic', height: 8, width: 8, channels: 1, train: 200, test: 20 },
  model: { kind: 'densenet-bc', depth: 10, growth: 4 },
  epochs: 1,
  batchSize: 20,
};

export const run = (name: string) => (folder: string) => ['run', join(folder, name)];
export const study = (name: string) => (folder: string) => ['study', join(folder, name)];
export const imports = (name: string) => (folder: string) => ['runs', 'import', join(folder, name)];
export const weights = (name: string) => (folder: string) => ['weights', 'add', 'w', '--path', join(folder, name)];
export const data =
  (kind: string, name: string, ...more: readonly string[]) =>
  (folder: string) => ['datasets', 'add', 'd', '--kind', kind, '--path', join(folder, name), ...more];

export function file(name: string, bytes: () => Thing, words: HostileFile['words'], mayPass = false): HostileFile {
  const [thing] = words('')
    .slice(-1)
    .map((path) => path.replace(/^\//, ''));
  return { name, things: () => ({ [thing]: bytes() }), words, mayPass };
}
export function small(shade: number): Buffer {
  return Transformer.fromRgbaPixels(Buffer.alloc(4 * 16 * 16, shade), 16, 16).pngSync();
}

/** A folder of images in two classes, and more. */
export function inFolder(more: Things, root = 'f/'): Things {
  const parts = ['train/a', 'train/b', 'test/a', 'test/b'];
  const images = parts.map((part, index) => [`${root}${part}/${index}.png`, small(40 * index + 40)] as const);
  const others = Object.entries(more).map(([name, thing]) => [`${root}${name}`, thing] as const);
  return Object.fromEntries<Thing>([...images, ...others]);
}

export function image(name: string, bytes: () => Thing, ending = 'png', mayPass = false): HostileFile {
  return {
    name: `an image: ${name}`,
    things: () => inFolder({ [`train/a/bad.${ending}`]: bytes() }),
    words: data('image-folder', 'f', '--size', '32'),
    mayPass,
  };
}

export function folderOf(name: string, more: () => Things, mayPass = false): HostileFile {
  return {
    name: `a folder: ${name}`,
    things: () => inFolder(more()),
    words: data('image-folder', 'f', '--size', '32'),
    mayPass,
  };
}
export const text = (length: number, what: string): string =>
  what.repeat(Math.ceil(length / what.length)).slice(0, length);
