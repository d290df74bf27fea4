import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readPickle } from '#core/data/kinds/python-pickle.ts';
import { describeDataSource, openDataSource } from '../../../../src-main/datasets/open-data-source.ts';
import { pickleBytes } from '../../../datasets/pickle-bytes.ts';
import {
  cifarRecord,
  located,
  rejection,
  tarBytes,
  temporaryFolder,
  tinyCifar10Files,
  writeFiles,
} from '../../../datasets/tiny-files.ts';
import { bytesOf } from '../../../support/pixel-bytes.ts';

const NAMES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/** A batch for Python from records of the binary version. */
function batchOf(records: Buffer, labelLists: readonly string[] = ['labels']): Buffer {
  const size = labelLists.length + 3072;
  const rows = Array.from({ length: records.length / size }, (_, row) =>
    records.subarray(row * size, (row + 1) * size),
  );
  const lists = labelLists.map((name, place) => [name, rows.map((row) => row[place])] as const);
  return pickleBytes({
    batch_label: 'training batch 1 of 5',
    ...Object.fromEntries(lists),
    data: { shape: [rows.length, 3072], bytes: Buffer.concat(rows.map((row) => row.subarray(labelLists.length))) },
    filenames: rows.map((_, row) => `image_${row}.png`),
  });
}

function pythonFiles(): Record<string, Buffer> {
  const batches = Object.entries(tinyCifar10Files()).map(([name, records]) => [
    name.replace('.bin', ''),
    batchOf(records),
  ]);
  const meta = pickleBytes({ num_cases_per_batch: 10_000, label_names: NAMES, num_vis: 3072 });
  return { ...Object.fromEntries(batches), 'batches.meta': meta };
}

describe("CIFAR's version for Python", () => {
  test('is asked for where the folder holds only its archive', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'cifar-10-python.tar.gz'), '');
    expect(await rejection(openDataSource(located({ kind: 'cifar10', path })))).toEqual({
      code: 'bad-request',
      message: `${path} holds no files of CIFAR-10, but cifar-10-python.tar.gz: give the path of that archive.`,
    });
  });

  test('gives the bits of the binary version, from the archive, the folder and the folder around it', async () => {
    const path = await temporaryFolder();
    const folder = join(path, 'cifar-10-batches-py');
    await mkdir(folder);
    await writeFiles(folder, pythonFiles());
    const archive = join(path, 'cifar-10-python.tar.gz');
    await writeFile(archive, gzipSync(await tarBytes(pythonFiles(), 'cifar-10-batches-py/')));
    const other = await temporaryFolder();
    await writeFiles(other, tinyCifar10Files());
    const binary = await openDataSource(located({ kind: 'cifar10', path: other }));
    for (const place of [archive, folder, path]) {
      const location = located({ kind: 'cifar10', path: place });
      const python = await openDataSource(location);
      expect([...python.training.labels]).toEqual([...binary.training.labels]);
      expect(bytesOf(python.training)).toEqual(bytesOf(binary.training));
      expect(bytesOf(python.test)).toEqual(bytesOf(binary.test));
      expect(python.classNames).toEqual(NAMES);
      expect(await describeDataSource(location)).toMatchObject({ training: 5, test: 1, classes: 10 });
    }
  });

  test('of CIFAR-100 has the fine labels', async () => {
    const lists = ['coarse_labels', 'fine_labels'];
    const names = Array.from({ length: 100 }, (_, label) => `class ${label}`);
    const path = await temporaryFolder();
    await writeFiles(path, {
      train: batchOf(cifarRecord([19, 99], 7, 8), lists),
      test: batchOf(cifarRecord([0, 1], 9, 10), lists),
      meta: pickleBytes({ fine_label_names: names, coarse_label_names: ['fish'] }),
    });
    const { training, test: tested, classNames } = await openDataSource(located({ kind: 'cifar100', path }));
    expect([training.labels[0], tested.labels[0], classNames]).toEqual([99, 1, names]);
    expect([...training.pixels.read(0, 3)]).toEqual([7, 8, 0]);
  });

  test('that is cut, or holds something else, is said to be', async () => {
    const path = await temporaryFolder();
    const whole = pythonFiles();
    const refused = async (batch: Uint8Array) => {
      await writeFiles(path, { ...whole, data_batch_1: batch });
      const { code, message } = await rejection(openDataSource(located({ kind: 'cifar10', path })));
      expect(code).toBe('corrupt');
      expect(message.startsWith(join(path, 'data_batch_1'))).toBe(true);
      return message;
    };
    expect(await refused(whole.data_batch_1.subarray(0, 400))).toContain('is not a readable pickle (it ends half-way)');
    expect(await refused(pickleBytes({ labels: [1] }))).toContain('has no array data');
    const short = { shape: [2, 3072], bytes: new Uint8Array(2 * 3072) } as const;
    expect(await refused(pickleBytes({ labels: [1], data: short }))).toContain('has 1 numbers in labels, but 2 images');
    expect(await refused(pickleBytes({ labels: [1, 10], data: short }))).toContain(
      'the label 10, but the labels of 10',
    );
  });

  test("that is MATLAB's is named, with what to get instead", async () => {
    const path = join(await temporaryFolder(), 'cifar-10-matlab.tar.gz');
    await writeFile(
      path,
      gzipSync(await tarBytes({ 'data_batch_1.mat': Buffer.from('MATLAB') }, 'cifar-10-batches-mat/')),
    );
    const { message } = await rejection(openDataSource(located({ kind: 'cifar10', path })));
    expect(message).toBe(
      `${path} is the MATLAB version of CIFAR-10, which is not read: get cifar-10-binary.tar.gz or cifar-10-python.tar.gz from cs.toronto.edu/~kriz/cifar.html.`,
    );
  });
});

describe('a pickle', () => {
  test('runs nothing: what it calls is refused by its name', () => {
    // pickle.dumps of an object whose __reduce__ gives (os.system, ('echo',))
    const call = Buffer.from('\x80\x02cposix\nsystem\nq\x00X\x04\x00\x00\x00echoq\x01\x85q\x02Rq\x03.', 'latin1');
    expect(() => readPickle(call)).toThrow('it calls posix.system, which data do not need');
    expect(() => readPickle(Buffer.from('\x80\x02P1\n.', 'latin1'))).toThrow('operation 80');
  });

  test('that is cut anywhere is refused', () => {
    const whole = pickleBytes({ labels: [1, 300], data: { shape: [2, 2], bytes: Uint8Array.of(1, 2, 3, 4) } });
    expect(readPickle(whole)).toEqual(
      new Map<string, unknown>([
        ['labels', [1, 300]],
        ['data', { is: 'array', type: 'u1', shape: [2, 2], isFortranOrder: false, bytes: Buffer.of(1, 2, 3, 4) }],
      ]),
    );
    for (let length = 0; length < whole.length; length++) {
      expect(() => readPickle(whole.subarray(0, length)), `${length} bytes`).toThrow('it ');
    }
  });
});
