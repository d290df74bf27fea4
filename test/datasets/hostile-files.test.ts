import { describe, expect, it } from 'vitest';
import { HOSTILE_FILES } from '../support/hostile-files.ts';
import { readHostile } from '../support/hostile-reading.ts';

// A few of each kind, in this process; test/soak/hostile-files.ts gives all of them to the real `lab`.
const SOME = [
  'a named pipe as a run spec',
  'a link to a device as a run spec',
  'a named pipe as initial weights of a run',
  'a link to a device as an npz file',
  'a named pipe as a CIFAR archive',
  'a named pipe as a file of a CIFAR folder',
  'a named pipe as the images of IDX files',
  'a spec of 10 MB of brackets',
  'a spec of nested objects',
  'a sparse spec of 10 GB',
  'weights with a header of 10 MB of objects',
  'weights with 2 MB of objects',
  'weights with 30,000 tensors',
  'an npz file: words of 100 million letters',
  'an npz file: a quadrillion words without a letter',
  'an npz file: images that unpack a thousandfold',
  'an npz file: 60,000 arrays',
  'a zip64 archive: an end beyond the file',
  'a tar archive: a size of terabytes in a pax header',
  'IDX files: a gigabyte of packed labels',
  'a CIFAR archive: 100,000 entries',
  'a CIFAR folder: a pickle of dictionaries',
  'an image: 24,000 x 24,000 in a header',
  'an image: JPEG of 20,000 scans',
  'an image: GIF in blocks of one byte',
  'a folder: 30,000 files outside of the classes',
  'a folder: annotations that lead out',
  'a folder: 10 MB of annotations of one image',
];

describe('hostile files', () => {
  it('are told apart by their names', () => {
    const names = HOSTILE_FILES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(SOME));
    expect(names.length).toBeGreaterThan(80);
  });

  it.each(HOSTILE_FILES.filter(({ name }) => SOME.includes(name)))(
    '$name is refused, and takes little memory',
    async (hostile) => {
      const { refusal, megabytes } = await readHostile(hostile);
      if (!hostile.mayPass) expect(refusal).toMatch(/^[^\n]{10,2000}\.$/);
      expect(megabytes).toBeLessThan(200);
    },
  );
});
