import { describe, expect, it } from 'vitest';
import { gpuObstacle } from '../../src-main/tensorflow/device.ts';
import { loadTensorFlow } from '../../src-main/tensorflow/library.ts';

describe('the device', () => {
  const { binding, device } = loadTensorFlow('auto');

  it('is named as what ran a convolution', () => {
    expect(device.backend).toBe(binding.isUsingGpuDevice() ? 'tensorflow-gpu' : 'tensorflow-cpu');
    expect(device.tensorflowVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(device.device).not.toBe('');
    expect(device.threads).toBeGreaterThan(0);
  });

  it('is a GPU where one was asked for, or the request fails with what is missing', () => {
    if (binding.isUsingGpuDevice()) {
      expect(loadTensorFlow('gpu').device.backend).toBe('tensorflow-gpu');
      return;
    }
    expect(() => loadTensorFlow('gpu')).toThrow(/A GPU was requested but cannot be used: /);
    expect(gpuObstacle(binding)).toMatch(/CPU build|lib\w+\.so\.\d+|no usable NVIDIA GPU/);
  });
});
