import { expect, it } from 'vitest';
import { countsPerStep, gpuCounts } from '../../src-main/gpu-check/nsys-counts.ts';

/** As nsys 2024.2 writes them, less columns that are not looked at. */
const kernels = (count: number) =>
  JSON.stringify([
    { 'Time (%)': 60.1, Instances: count, Name: 'gemm' },
    { Instances: '5', Name: 'relu' },
  ]);
const copies = (into: number, out: number) =>
  JSON.stringify([
    { 'Total (MB)': 1.2, Count: into, Operation: '[CUDA memcpy Host-to-Device]' },
    { Count: out, Operation: '[CUDA memcpy DtoH]' },
    { Count: 9, Operation: '[CUDA memset]' },
    { Count: 4, Operation: '[CUDA memcpy Device-to-Device]' },
  ]);

it('kernels and copies are added up by their direction', () => {
  expect(gpuCounts(kernels(10), copies(7, 2))).toEqual({ kernels: 15, copiesIn: 7, copiesOut: 2 });
});

it('what a process does besides its steps is not counted', () => {
  const few = { steps: 10, counts: gpuCounts(kernels(100), copies(40, 3)) };
  const many = { steps: 30, counts: gpuCounts(kernels(300), copies(100, 3)) };
  expect(countsPerStep(few, many)).toEqual({ kernels: 10, copiesIn: 3, copiesOut: 0 });
});

it('what is no report is refused', () => {
  expect(() => gpuCounts('[{}]', '[]')).toThrow();
  expect(() => gpuCounts('FATAL ERROR', '[]')).toThrow();
});
