import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileNameOf, readableFileName } from '#core/file-name.ts';

const MARKED = /-[0-9a-f]{8}$/;
const DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)/i;
const bytes = (text: string) => Buffer.byteLength(text);

describe('the file of a name', () => {
  it.each(['quick', 'which-variant-mini', 'cubic 0.5, equal time'.replace(',', ''), '日本語', 'öko-test 3.5', 'हिन्दी'])(
    'is the name, as of %s',
    (name) => expect(fileNameOf(name)).toBe(name),
  );

  it.each([
    ['a/b', /^a-b-/],
    ['a:b', /^a-b-/],
    ['Quick', /^Quick-/],
    ['../../etc/passwd', /^etc-passwd-/],
    ['..', /^unnamed-/],
    ['-rf', /^rf-/],
    ['.hidden', /^hidden-/],
    ['trailing. ', /^trailing-/],
    ['con', /^con-/],
    ['NUL.tar.gz', /^NUL-tar-gz-/],
    ['🧊🧊', /^unnamed-/],
    ['a\u0000b\nc', /^a-b-c-/],
    ['\u202eevil', /^evil-/],
    ['C:\\x', /^C-x-/],
    ['y'.repeat(200), /^y{111}-/],
    ['日'.repeat(200), /^日{37}-/],
  ])('is changed and marked, as of %j', (name, expected) => {
    expect(fileNameOf(name)).toMatch(expected);
    expect(fileNameOf(name)).toMatch(MARKED);
  });

  it('is another one for each of these names, also where case and the form of accents do not count', () => {
    const names = [
      'a:b',
      'a/b',
      'a-b',
      'A-b',
      'a-B',
      'ü',
      'u\u0308',
      'Ü',
      'straße',
      'strasse',
      'STRASSE',
      'a b',
      ' a b',
    ];
    const files = names.map((name) => fileNameOf(name).normalize('NFC').toUpperCase());
    expect(new Set(files).size).toBe(names.length);
  });

  it('cuts no character in two', () => {
    const family = '👨\u200d👩\u200d👧'.replace(/\p{Extended_Pictographic}/gu, 'क\u094d\u0937');
    const file = fileNameOf(family.repeat(30));
    expect(file.replace(MARKED, '').normalize('NFC')).toMatch(/^(क\u094d\u0937-?)+$/);
  });

  it('is a name that every file system takes, of whatever text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: fc.constantFrom('.', '-', ' ', '/', 'n', 'U', 'l', 'é', 'e\u0301', '日'), maxLength: 200 }),
    );
    fc.assert(
      fc.property(text, (name) => {
        const file = fileNameOf(name);
        expect(bytes(file)).toBeLessThanOrEqual(120);
        expect(file).toMatch(/^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}._ -]*$/u);
        expect(file).not.toMatch(/[. ]$/);
        expect(file).not.toMatch(DEVICES);
        expect(fileNameOf(file) === file).toBe(file === name);
      }),
    );
  });
});

describe('readableFileName', () => {
  it.each([
    [['quick', 'comparison'], 'quick-comparison'],
    [['fashion-mnist, DenseNet-BC 10 (k = 16)', 'report'], 'fashion-mnist-DenseNet-BC 10-k-16-report'],
    [['quick', 'cubic scaled 0.8', 'seed 2', 'step-times'], 'quick-cubic scaled 0.8-seed 2-step-times'],
    [['../../etc/passwd', 'spec'], 'etc-passwd-spec'],
    [['con'], 'con_'],
    [['', '?'], 'unnamed'],
  ])('of %j is %j', (parts, name) => expect(readableFileName(parts)).toBe(name));

  it('is short and in no other folder, and keeps what it ends with', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 4 }), (parts) => {
        const name = readableFileName([...parts, 'comparison']);
        expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(121);
        expect(name).not.toMatch(/[/\\\0]|^[.-]|[. ]$/);
        expect(name.endsWith('comparison')).toBe(true);
      }),
    );
  });
});
