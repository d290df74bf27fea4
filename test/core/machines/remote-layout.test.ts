import { expect, it } from 'vitest';
import { blockFolder, jobsFolder, remoteDataset, remoteLab, versionFolder } from '#core/machines/remote-layout.ts';

it('names what lies where on a machine by its root', () => {
  expect(jobsFolder('~/lab')).toBe('~/lab/jobs');
  expect(blockFolder('~/lab', 'b1')).toBe('~/lab/jobs/b1');
  expect(versionFolder('/s/lab', '0.1.0')).toBe('/s/lab/versions/0.1.0');
  expect(remoteLab('/s/lab', '0.1.0')).toBe('/s/lab/versions/0.1.0/lab');
  expect(remoteDataset('/s/lab', 'ab')).toBe('/s/lab/datasets/ab');
});
