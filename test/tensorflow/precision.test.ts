import { describe, expect, it } from 'vitest';
import { arithmeticOf, checkPrecision, setLibraryPrecision } from '../../src-main/tensorflow/precision.ts';
import { bf16Units } from '../../src-main/tensorflow/processor.ts';

const GPU = { backend: 'tensorflow-gpu', device: 'NVIDIA card' } as const;
const CPU = { backend: 'tensorflow-cpu', device: 'Processor' } as const;

describe('the units of a processor', () => {
  it.each([
    [['avx2'], null],
    [['avx512f', 'avx512_bf16'], 'AVX-512 BF16'],
    [['avx512f', 'avx512_bf16', 'amx_bf16'], 'AMX'],
  ] as const)('of %o are %s', (flags, units) => {
    expect(bf16Units(new Set(flags))).toBe(units);
  });
});

describe('bf16 is computed', () => {
  it('by the mode of oneDNN with AMX, which alone obeys it, and by casts elsewhere', () => {
    expect(arithmeticOf('bf16', false, 'AMX')?.castsProducts).toBe(false);
    expect(arithmeticOf('bf16', false, 'AVX-512 BF16')?.castsProducts).toBe(true);
    expect(arithmeticOf('bf16', true, null)?.castsProducts).toBe(true);
    expect(arithmeticOf('tf32', true)?.castsProducts).toBe(false);
    expect(arithmeticOf(undefined, false)).toBeNull();
  });
});

describe('the environment of the libraries', () => {
  const set = (precision: 'bf16' | 'tf32' | undefined, units: 'AMX' | 'AVX-512 BF16', before = {}) => {
    const environment: Record<string, string | undefined> = { ...before };
    setLibraryPrecision(precision, environment, units);
    return environment;
  };

  it('makes float32 float32, whatever it was before', () => {
    const before = { TF_SET_ONEDNN_FPMATH_MODE: 'BF16', NVIDIA_TF32_OVERRIDE: '1' };
    expect(set(undefined, 'AMX', before)).toEqual({ NVIDIA_TF32_OVERRIDE: '0' });
  });

  it('lets a GPU use TF32 for tf32 alone', () => {
    expect(set('tf32', 'AMX', { NVIDIA_TF32_OVERRIDE: '0' })).toEqual({});
    expect(set('bf16', 'AVX-512 BF16')).toEqual({ NVIDIA_TF32_OVERRIDE: '0' });
  });

  it('sets the mode of oneDNN where that is how bf16 is computed', () => {
    expect(set('bf16', 'AMX')).toEqual({ NVIDIA_TF32_OVERRIDE: '0', TF_SET_ONEDNN_FPMATH_MODE: 'BF16' });
  });
});

describe('a device', () => {
  it.each([7.5, 6])('of compute capability %d is refused', (capability) => {
    expect(() => checkPrecision('bf16', GPU, () => capability)).toThrow(/NVIDIA card is older/);
  });

  it.each([8, 9, null])('of compute capability %s trains', (capability) => {
    expect(() => checkPrecision('tf32', GPU, () => capability)).not.toThrow();
  });

  it('that is a processor is refused for tf32, and asked for nothing in float32', () => {
    expect(() => checkPrecision('tf32', CPU, () => 9)).toThrow(/would train on a processor/);
    expect(() => checkPrecision(undefined, CPU, () => 0)).not.toThrow();
  });
});
