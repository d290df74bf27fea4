import { expect, it } from 'vitest';
import type { GpuSetUp } from '#core/gpu-check/gpu-set-up.ts';
import { gpuLacks } from '#core/gpu-check/gpu-set-up.ts';

const COMMAND = 'set-up --gpu';
const usable: GpuSetUp = {
  ...{ variant: 'gpu', version: '2.21.0', usesGpu: true, device: 'NVIDIA L4', driver: '550.54', card: 'NVIDIA L4' },
  ...{ form: null, missingLibraries: [], visibleDevices: null, setUpCommand: COMMAND },
};
const unusable = { ...usable, usesGpu: false };

it('nothing is missing where TensorFlow computes on a card', () => {
  expect(gpuLacks(usable)).toEqual([]);
  expect(gpuLacks({ ...usable, visibleDevices: '1' })).toEqual([]);
});

it.each<[string, Partial<GpuSetUp>, readonly RegExp[]]>([
  ['no driver', { driver: null, missingLibraries: ['libcuda.so.1'] }, [/driver is not loaded: install/]],
  ['a driver without its library', { missingLibraries: ['libcuda.so.1'] }, [/libcuda\.so\.1 is not found: .*libcuda1/]],
  ['the CPU build', { variant: 'cpu', missingLibraries: ['libcudnn.so.9'] }, [/CPU build .*: run `set-up --gpu`/]],
  ['a library of CUDA', { missingLibraries: ['libcudnn.so.9'] }, [/incomplete: libcudnn\.so\.9: run `set-up --gpu`/]],
  ['a hidden card', { visibleDevices: '' }, [/CUDA_VISIBLE_DEVICES is "": unset/]],
  ['all of it', { driver: null, variant: 'cpu', visibleDevices: '7' }, [/driver/, /CPU build/, /VISIBLE/]],
  ['nothing that can be seen', {}, [/finds no card that it can use: run `nvidia-smi`/]],
])('%s is named with what mends it', (_, lack, sentences) => {
  const lacks = gpuLacks({ ...unusable, ...lack }).map(({ what, mend }) => `${what}: ${mend}`);
  expect(lacks).toHaveLength(sentences.length);
  for (const [place, sentence] of sentences.entries()) expect(lacks[place]).toMatch(sentence);
});
