import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTENT_BYTES, contentOf, specTextIn } from '#core/opened-content.ts';
import { presetStudy } from '#core/presets/presets.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function safetensors(header: string): Uint8Array {
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(bytes(header), 8);
  return file;
}

describe('what a file is', () => {
  it('is seen from its first bytes, whatever it is called', () => {
    const study = readFileSync(new URL('../fixtures/trained-study.ndjson', import.meta.url)).subarray(0, CONTENT_BYTES);
    expect(contentOf(study, 'notes.txt')).toBe('event lines');
    expect(contentOf(bytes('{"runId": "a", "seq": 1, "type": "run.started"}\n{}'), 'a')).toBe('event lines');
    expect(contentOf(safetensors('{"a":{}}'), 'a.bin')).toBe('weights');
    expect(contentOf(bytes(JSON.stringify(presetStudy('quick'), null, 2)), 'a')).toBe('json');
    expect(contentOf(bytes('\uFEFF {"dataset": "mnist"}'), 'a')).toBe('json');
  });

  it.each([
    ['photo.zip', bytes('PK\x03\x04rest'), 'photo.zip is a zip archive, which this app does not open'],
    ['data.h5', Uint8Array.of(0x89, ...bytes('HDF\r\n\x1a\n')), 'data.h5 is an HDF5 file'],
    ['empty', new Uint8Array(), 'empty is nothing that this app opens'],
    ['notes.txt', bytes('Dear diary'), 'notes.txt is nothing that this app opens: it opens folders'],
    ['weights.pt', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0x7b, 1), 'weights.pt is nothing'],
  ])('is said in one sentence where it is none of ours: %s', (name, head, sentence) => {
    expect(() => contentOf(head, name)).toThrow(sentence);
  });
});

describe('a spec in a file', () => {
  it('is that of a study, of a run, or the only one of a report', () => {
    const study = presetStudy('quick');
    expect(JSON.parse(specTextIn(JSON.stringify(study), 'a'))).toEqual(study);
    expect(JSON.parse(specTextIn(`\uFEFF${JSON.stringify({ studies: [study] })}`, 'a'))).toEqual(study);
    expect(specTextIn('{"model": {}}', 'a')).toBe('{"model":{}}');
  });

  it.each([
    ['{"a": 1}', 'x.json is JSON, but no spec'],
    ['[]', 'x.json is JSON, but no spec'],
    ['{"studies": []}', 'x.json is JSON, but no spec'],
    ['{"studies": [{"base": {}}, {"base": {}}]}', 'x.json holds 2 studies'],
    ['{"base": {', 'x.json begins like JSON and is none'],
  ])('is refused by name: %s', (text, sentence) => {
    expect(() => specTextIn(text, 'x.json')).toThrow(sentence);
  });
});
