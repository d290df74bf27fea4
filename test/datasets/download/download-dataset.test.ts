import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { crc32, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import type { FilesProgress } from '#core/data/known/download-progress.ts';
import type { KnownDataset } from '#core/data/known/known-dataset.ts';
import { isWhole, locationIn, placeOf, sizeOf } from '../../../src-main/datasets/download/dataset-place.ts';
import { downloadDataset } from '../../../src-main/datasets/download/download-dataset.ts';
import { openDataSource } from '../../../src-main/datasets/open-data-source.ts';
import { rejection, tarBytes, temporaryFolder, tinyIdxFiles } from '../tiny-files.ts';
import { type FileServer, fileServer } from './file-server.ts';
import { archivedDataset, IDX_FILES, madeUpDataset } from './made-up-dataset.ts';

const CHILD = fileURLToPath(new URL('download-child.ts', import.meta.url));

interface Place {
  readonly root: string;
  readonly server: FileServer;
}

async function place(files: Readonly<Record<string, Uint8Array>> = IDX_FILES): Promise<Place> {
  return { root: await temporaryFolder(), server: await fileServer(files) };
}

async function downloaded(known: KnownDataset, { root, server }: Place): Promise<readonly FilesProgress[]> {
  const reports: FilesProgress[] = [];
  const watching = {
    signal: new AbortController().signal,
    report: (progress: FilesProgress) => reports.push(progress),
  };
  await downloadDataset({ known, root, mirror: server.address, firstWaitMs: 1 }, watching);
  return reports;
}

async function expectReadable(known: KnownDataset, root: string): Promise<void> {
  expect(isWhole(placeOf(known, root))).toBe(true);
  const { training, test: tested } = await openDataSource(locationIn(known, root));
  expect([[...training.labels], [...tested.labels]]).toEqual([
    [2, 0, 9],
    [1, 3],
  ]);
  expect(readdirSync(root).sort()).toEqual([known.folder, `${known.folder}.json`]);
}

describe('a data set', () => {
  test('is in its folder once all of its files were checked, and is not downloaded again', async () => {
    const there = await place();
    const known = madeUpDataset('idx');
    const reports = await downloaded(known, there);
    expect(new Set(reports.map(({ stage }) => stage))).toEqual(new Set(['downloading', 'checking']));
    await expectReadable(known, there.root);
    const asked = there.server.asked.length;
    await downloaded(known, there);
    expect(there.server.asked).toHaveLength(asked);
  });

  test('is not there while one of its files is missing, and the others are kept', async () => {
    const there = await place();
    const known = madeUpDataset('idx');
    const missing = IDX_FILES['t10k-labels-idx1-ubyte.gz'];
    there.server.files.delete('t10k-labels-idx1-ubyte.gz');
    expect((await rejection(downloaded(known, there))).code).toBe('unavailable');
    expect(isWhole(placeOf(known, there.root))).toBe(false);
    there.server.files.set('t10k-labels-idx1-ubyte.gz', missing);
    there.server.asked.length = 0;
    await downloaded(known, there);
    expect(there.server.asked).toEqual(['idx/t10k-labels-idx1-ubyte.gz', 't10k-labels-idx1-ubyte.gz']);
    await expectReadable(known, there.root);
  });

  test('is got again where somebody has removed one of its files', async () => {
    const there = await place();
    const known = madeUpDataset('idx');
    await downloaded(known, there);
    rmSync(join(there.root, 'idx', 'train-labels-idx1-ubyte.gz'));
    expect(isWhole(placeOf(known, there.root))).toBe(false);
    await downloaded(known, there);
    await expectReadable(known, there.root);
  });

  test('comes from a mirror with a folder for each data set, or with all files side by side', async () => {
    const folders = Object.fromEntries(Object.entries(IDX_FILES).map(([name, bytes]) => [`idx/${name}`, bytes]));
    const there = await place(folders);
    await downloaded(madeUpDataset('idx'), there);
    expect(there.server.asked).toHaveLength(4);
  });

  test('is refused before the first byte where the disk is too small', async () => {
    const there = await place();
    const known = madeUpDataset('idx');
    const { bavail, bsize } = statfsSync(there.root);
    const [file, ...others] = known.files;
    const large = { ...known, files: [{ ...file, bytes: bavail * bsize }, ...others] };
    const { code, message } = await rejection(downloaded(large, there));
    expect(code).toBe('no-space');
    expect(message).toMatch(
      /^Made up needs [\d,]+ MB in .* and [\d,]+ MB are free: free some space, or set FREEZEOUT_LAB_DATASETS/,
    );
    expect(there.server.asked).toEqual([]);
  });

  test('goes on after its process was killed in the middle', async () => {
    const there = await place();
    const name = 'train-images-idx3-ubyte.gz';
    there.server.next.push(
      (_, __, response) => void response.writeHead(404).end(),
      (_, __, response) => {
        response.writeHead(200, { 'content-length': IDX_FILES[name].length, etag: '"1"' });
        response.write(IDX_FILES[name].subarray(0, 20));
      },
    );
    const child = spawn(process.execPath, [CHILD, there.root, there.server.address], { stdio: 'ignore' });
    const part = join(there.root, 'idx.part', `${name}.part`);
    await expect.poll(() => sizeOf(part), { timeout: 100_000 }).toBe(20);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isWhole(placeOf(madeUpDataset('idx'), there.root))).toBe(false);
    there.server.asked.length = 0;
    await downloaded(madeUpDataset('idx'), there);
    expect(there.server.asked[0]).toBe(`idx/${name} bytes=20-`);
    await expectReadable(madeUpDataset('idx'), there.root);
  }, 30_000);

  test('is downloaded once by two processes that ask at the same time', async () => {
    const there = await place();
    const children = [1, 2].map(() => spawn(process.execPath, [CHILD, there.root, there.server.address]));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0]);
    expect(there.server.asked.filter((file) => file === 'train-images-idx3-ubyte.gz')).toHaveLength(1);
    await expectReadable(madeUpDataset('idx'), there.root);
  }, 30_000);

  test('may be stopped, and what has arrived is kept', async () => {
    const there = await place();
    const name = 'train-images-idx3-ubyte.gz';
    const bytes = IDX_FILES[name];
    there.server.next.push((_, __, response) => void response.writeHead(404).end());
    there.server.next.push((_, __, response) => {
      response.writeHead(200, { 'content-length': bytes.length, etag: '"1"' });
      response.write(bytes.subarray(0, 20));
    });
    const stopping = new AbortController();
    const download = { known: madeUpDataset('idx'), root: there.root, mirror: there.server.address };
    const watching = { signal: stopping.signal, report: () => undefined };
    const outcome = downloadDataset(download, watching).then(
      () => 'there',
      () => 'stopped',
    );
    await expect.poll(() => sizeOf(join(there.root, 'idx.part', `${name}.part`))).toBe(20);
    stopping.abort();
    expect(await outcome).toBe('stopped');
    expect(readFileSync(join(there.root, 'idx.part', `${name}.part`))).toHaveLength(20);
    expect(existsSync(placeOf(madeUpDataset('idx'), there.root).lock)).toBe(false);
  });
});

/** A zip archive of stored members, written byte by byte: no library of ours writes names that lead out of a folder. */
function zipBytes(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const [locals, central]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, bytes] of Object.entries(files)) {
    const label = Buffer.from(name);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(bytes), 0);
    sizes.writeUInt32LE(bytes.length, 4);
    sizes.writeUInt32LE(bytes.length, 8);
    const lengths = Buffer.alloc(4);
    lengths.writeUInt16LE(label.length, 0);
    const local = Buffer.concat([Buffer.from('504b030414000000000000000000', 'hex'), sizes, lengths, label, bytes]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    locals.push(local);
    central.push(Buffer.concat([Buffer.from('504b0102140014000000000000000000', 'hex'), sizes, lengths, place, label]));
    offset += local.length;
  }
  const end = Buffer.alloc(12);
  end.writeUInt16LE(central.length, 0);
  end.writeUInt16LE(central.length, 2);
  end.writeUInt32LE(Buffer.concat(central).length, 4);
  end.writeUInt32LE(offset, 8);
  return Buffer.concat([...locals, ...central, Buffer.from('504b050600000000', 'hex'), end, Buffer.alloc(2)]);
}

const members = Object.fromEntries(Object.entries(tinyIdxFiles()).map(([name, bytes]) => [`set/${name}`, bytes]));

describe('an archive', () => {
  test.each(['set.tar.gz', 'set.zip'])('%s becomes the folder of what is read, and is not kept', async (file) => {
    const all = { 'set/readme.txt': Buffer.from('not read'), ...members };
    const archive = file.endsWith('.zip') ? zipBytes(all) : gzipSync(await tarBytes(all));
    const there = await place({ [file]: archive });
    const known = archivedDataset(file, archive);
    const reports = await downloaded(known, there);
    expect(reports.at(-1)?.stage).toBe('unpacking');
    await expectReadable(known, there.root);
    expect(readdirSync(join(there.root, 'archived')).sort()).toEqual(Object.keys(tinyIdxFiles()).sort());
  });

  test.each(['../../evil', 'set/../../evil', '/evil', 'set\\..\\evil', 'C:/evil'])(
    'cannot write to %s',
    async (name) => {
      const anywhere = { members: /^(.*)$/, to: '$1' };
      for (const file of ['set.tar.gz', 'set.zip']) {
        const archive = file.endsWith('.zip')
          ? zipBytes({ [name]: Buffer.from('x') })
          : gzipSync(await tarBytes({ [name]: Buffer.from('x') }));
        const there = await place({ [file]: archive });
        const { code } = await rejection(downloaded(archivedDataset(file, archive, anywhere), there));
        expect(code).toBe('corrupt');
        expect(readdirSync(there.root)).toEqual(['archived.part']);
        expect(existsSync(join(there.root, '..', 'evil'))).toBe(false);
      }
    },
  );

  test('leaves out its links', async () => {
    const archive = pack();
    archive.entry({ name: 'set/link-ubyte', type: 'symlink', linkname: '/etc/passwd' });
    for (const [name, bytes] of Object.entries(members)) archive.entry({ name }, bytes);
    archive.finalize();
    const packed = gzipSync(await buffer(archive));
    const there = await place({ 'set.tar.gz': packed });
    await downloaded(archivedDataset('set.tar.gz', packed), there);
    expect(existsSync(join(there.root, 'archived', 'link-ubyte'))).toBe(false);
  });

  test.each([
    ['many files', { files: 1 }, 'holds more than 2 files'],
    ['many bytes', { bytes: 10 }, 'holds more than 20 bytes'],
    ['other files', { members: /^other$/ }, 'holds none of the files of this data set'],
  ])('is refused with %s', async (_, unpacking, problem) => {
    const archive = gzipSync(await tarBytes(members));
    const there = await place({ 'set.tar.gz': archive });
    const { code, message } = await rejection(downloaded(archivedDataset('set.tar.gz', archive, unpacking), there));
    expect([code, message]).toEqual(['corrupt', expect.stringContaining(problem)]);
  });

  test('is unpacked again after an end in the middle of it', async () => {
    const archive = gzipSync(await tarBytes(members));
    const there = await place({ 'set.tar.gz': archive });
    const known = archivedDataset('set.tar.gz', archive);
    const work = join(there.root, 'archived.part');
    mkdirSync(join(work, 'unpacked'), { recursive: true });
    writeFileSync(join(work, 'set.tar.gz'), archive);
    writeFileSync(join(work, 'unpacked', 'half'), 'x');
    await downloaded(known, there);
    expect(existsSync(join(there.root, 'archived', 'half'))).toBe(false);
    await expectReadable(known, there.root);
  });
});
