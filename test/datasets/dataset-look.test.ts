import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { datasetKindIn } from '#core/data/dataset-look.ts';
import { lookAt } from '../../src-main/datasets/dataset-look.ts';
import { temporaryFolder } from '../support/store-fixtures.ts';

function folderWith(...names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    if (!name.endsWith('/')) writeFileSync(join(folder, name), 'x');
  }
  return folder;
}

async function tarOf(...names: readonly string[]): Promise<Buffer> {
  const archive = pack();
  for (const name of names) archive.entry({ name }, Buffer.alloc(1000));
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function fileOf(name: string, bytes: Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

/** A zip archive of empty files, by hand: the names stand in its directory. */
function zipOf(...names: readonly string[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const name of names) {
    const local = Buffer.alloc(30 + name.length);
    local.write('PK\x03\x04', 'latin1');
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30);
    const entry = Buffer.alloc(46 + name.length);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(20, 4);
    entry.writeUInt16LE(20, 6);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    entry.write(name, 46);
    locals.push(local);
    directory.push(entry);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

const kindOf = async (path: string) => datasetKindIn(await lookAt(path))?.kind ?? null;

describe('the kind of a data set is seen from the names in it', () => {
  it.each([
    ['image-folder', ['train/cat/1.png', 'test/cat/2.png']],
    ['image-folder', ['flowers/flowers/Train/rose/1.jpg']],
    ['image-folder', ['cat/1.JPG', 'dog/2.jpeg']],
    ['idx', ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz']],
    ['idx', ['emnist-letters-test-images-idx3-ubyte']],
    ['cifar10', ['cifar-10-batches-bin/data_batch_1.bin']],
    ['cifar10', ['data_batch_3', 'batches.meta']],
    ['cifar100', ['cifar-100-python/train', 'cifar-100-python/meta']],
    ['stl10', ['train_X.bin', 'train_y.bin']],
    [null, ['notes.txt', 'deep/er/report.pdf']],
    [null, []],
  ])('%s of a folder with %j', async (kind, names) => {
    expect(await kindOf(folderWith(...names))).toBe(kind);
  });

  it('in archives, packed or not, and without those beyond what is known', async () => {
    const cifar = await tarOf('cifar-10-batches-bin/readme.html', 'cifar-10-batches-bin/data_batch_1.bin');
    expect(await kindOf(fileOf('download.tar.gz', gzipSync(cifar)))).toBe('cifar10');
    expect(await kindOf(fileOf('download', cifar))).toBe('cifar10');
    expect(await kindOf(fileOf('cut.tgz', gzipSync(cifar).subarray(0, 150)))).toBeOneOf([null, 'cifar10']);
    expect(await kindOf(fileOf('mnist.npz', zipOf('x_train.npy', 'y_train.npy')))).toBe('npz');
    expect(await kindOf(fileOf('photos.zip', zipOf('train/cat/1.png')))).toBeNull();
    expect(await kindOf(fileOf('images.gz', gzipSync(Buffer.alloc(3000, 7))))).toBeNull();
    expect(await kindOf(fileOf('notes.txt', Buffer.from('cifar-10-batches-bin/')))).toBeNull();
  });

  it('from the first names, however many there are, and follows no link', async () => {
    const folder = folderWith('a/0.txt', 'train/0.txt');
    for (let count = 0; count < 1000; count++) writeFileSync(join(folder, 'a', `${count}.txt`), '');
    symlinkSync('/', join(folder, 'train', 'root'));
    const { names } = await lookAt(folder);
    expect(names.length).toBeLessThan(310);
    expect(names).toContain('train/');
    expect(names.some((name) => name.startsWith('train/root/'))).toBe(false);
    expect(await kindOf(folder)).toBe('image-folder');
  });

  it('or says why not: nothing there, a damaged archive', async () => {
    await expect(lookAt(join(temporaryFolder(), 'gone'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(lookAt(fileOf('cut.npz', zipOf('x_train.npy').subarray(0, 40)))).rejects.toThrow('not an intact zip');
  });
});
