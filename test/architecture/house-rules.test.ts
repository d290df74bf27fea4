import { existsSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { SourceFile } from './source-files.ts';
import { parseSource, sourceFiles } from './source-files.ts';

const RENDERER = existsSync(new URL('../../src-renderer', import.meta.url)) ? ['src-renderer'] : [];
const files = sourceFiles('src-main', ...RENDERER);

function pathsWhere(breaksRule: (file: SourceFile) => boolean): string[] {
  return files.filter(breaksRule).map((file) => file.path);
}

function hasAny({ path, text }: SourceFile): boolean {
  if (!/\.(ts|svelte)$/.test(path)) return /@(type|param|returns)\s*\{[^}]*\bany\b/.test(text);
  const visit = (node: ts.Node): boolean =>
    node.kind === ts.SyntaxKind.AnyKeyword || (ts.forEachChild(node, (child) => visit(child) || undefined) ?? false);
  return visit(parseSource(path, text));
}

describe('house rules', () => {
  it('hold no file of more than 400 lines', () => {
    expect(pathsWhere(({ text }) => text.split('\n').length > 401)).toEqual([]);
  });

  it('know no `any`', () => {
    expect(pathsWhere(hasAny)).toEqual([]);
  });

  it('silence neither the compiler nor the linter', () => {
    expect(
      pathsWhere(({ text }) => /@ts-(ignore|expect-error|nocheck)|biome-ignore|eslint-disable/.test(text)),
    ).toEqual([]);
  });

  it('put no unescaped text into the page', () => {
    expect(pathsWhere(({ text }) => /\{@html|\.innerHTML\s*=/.test(text))).toEqual([]);
  });

  it('leave nothing for later', () => {
    expect(pathsWhere(({ text }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text))).toEqual([]);
  });

  it('name files by what is in them', () => {
    const vague = /(^|[/-])(utils?|helpers?|common|misc|managers?|index)\.(ts|mjs)$/;
    expect(pathsWhere(({ path }) => vague.test(path))).toEqual([]);
    const isKebab = ({ path }: SourceFile) => /^([a-z0-9.-]+\/)+[a-z0-9.-]+$/.test(path) || path.endsWith('.svelte');
    expect(pathsWhere((file) => !isKebab(file))).toEqual([]);
  });
});
