import { expect, it } from 'vitest';
import { circlesAmong } from './circles.ts';
import type { Reference, SourceFile } from './source-files.ts';
import { sourceFiles } from './source-files.ts';

function file(path: string, ...targets: readonly (string | Reference)[]): SourceFile {
  const references = targets.map((target) =>
    typeof target === 'string' ? ({ kind: 'import', target, isPackage: false } as const) : target,
  );
  return { path, text: '', references };
}

const byType = (target: string): Reference => ({ kind: 'type', target, isPackage: false });

it('finds a circle, also where only types are imported', () => {
  const files = [file('a', 'b'), file('b', 'zod', 'c'), file('c', byType('b')), file('d', 'a', 'c')];
  expect(circlesAmong(files)).toEqual([['b', 'c', 'b']]);
});

it('does not take two ways to one file, or a thread that imports types of its starter, for a circle', () => {
  const starts: Reference = { kind: 'url', target: 'thread', isPackage: false };
  const files = [file('a', 'b', 'c'), file('b', 'd'), file('c', 'd'), file('d', starts), file('thread', byType('d'))];
  expect(circlesAmong(files)).toEqual([]);
});

it('finds none in the program and its page', () => {
  expect(circlesAmong(sourceFiles('src-main', 'src-renderer'))).toEqual([]);
});
