import { describe, expect, it } from 'vitest';
import { parseRunSpec, resolvedRunSpecSchema, storedBaseSchema } from '#core/run.ts';
import { withFirstKey, withoutFirstKey } from '#core/weights/weights-spec.ts';

const SMALLEST = { dataset: 'fashion-mnist', model: { kind: 'densenet-bc' }, epochs: 2 };
const FIRST = { path: '/w.safetensors', names: 'lab', head: 'keep' };
const COUNTS = { train: 10, validation: 2, test: 2 };

describe('the weights of a spec', () => {
  it.each([
    [{ path: 'resnet18.safetensors' }, { path: 'resnet18.safetensors', head: 'new' }],
    [
      { name: 'imagenet', names: 'torchvision' },
      { name: 'imagenet', names: 'torchvision', head: 'new' },
    ],
    [
      { run: '4k2h8d0c5t', head: 'keep' },
      { run: '4k2h8d0c5t', head: 'keep' },
    ],
  ])('%j has a new head unless it asks for another', (weights, completed) => {
    expect(parseRunSpec({ ...SMALLEST, weights }).weights).toEqual(completed);
  });

  it.each([
    [{}, '"weights" is not valid: needs one of "path", "name" and "run"'],
    [{ path: 'a', name: 'b' }, 'needs one of "path"'],
    [{ path: '' }, '"weights.path" is not valid'],
    [{ path: 'a', names: 'keras' }, '"weights.names" is not valid'],
    [{ path: 'a', head: 'old' }, '"weights.head" is not valid'],
    ['resnet18.safetensors', '"weights" is not valid: must be an object, such as {"path": "resnet18.safetensors"}'],
  ])('%j is refused in one sentence', (weights, reason) => {
    const refused = () => parseRunSpec({ ...SMALLEST, weights });
    expect(refused).toThrowError(reason);
    expect(refused).toThrowError(/^In the run spec, ([^.\n]|\.(?=\S))+\.$/);
  });
});

describe('a spec of version 0.1.0', () => {
  const old = { ...SMALLEST, initialWeights: '/w.safetensors' };

  it('reads its file as it did', () => {
    expect(parseRunSpec(old)).toEqual({ ...parseRunSpec(SMALLEST), weights: FIRST });
    expect(storedBaseSchema.parse(old).weights).toEqual(FIRST);
    expect(resolvedRunSpecSchema.parse({ ...old, ...COUNTS })).not.toHaveProperty('initialWeights');
  });

  it('cannot name weights twice', () => {
    expect(() => parseRunSpec({ ...old, weights: { path: '/other' } })).toThrowError('"initialWeights" is not known');
    expect(() => parseRunSpec({ ...SMALLEST, initialWeights: 3 })).toThrowError('"weights" is not valid');
  });

  it('can be told again, where it can say the same', () => {
    const spec = resolvedRunSpecSchema.parse({ ...old, ...COUNTS });
    const { weights: _, ...others } = spec;
    expect(withFirstKey(spec)).toEqual({ ...others, initialWeights: '/w.safetensors' });
    expect(withoutFirstKey(withFirstKey(spec))).toEqual(spec);
    const fresh = parseRunSpec({ ...SMALLEST, weights: { path: '/w', names: 'lab' } });
    expect(withFirstKey(fresh)).toBe(fresh);
    expect(withFirstKey(parseRunSpec(SMALLEST))).toEqual(parseRunSpec(SMALLEST));
  });
});
