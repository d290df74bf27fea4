import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandCalled } from '../../src-main/cli/commands.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const documents = ['*.md', 'docs/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** Documents name files from the root, or from src-main, where most of them are: `core/ports.ts`. */
const BASES = [ROOT, join(ROOT, 'src-main')];
const FOLDERS = BASES.map((base) => new Set(readdirSync(base)));

/** What stands in backticks, in fenced or in indented blocks. */
function codeIn(text: string): string[] {
  return [...text.matchAll(/^```[\s\S]*?^```|^ {4}.*$|`[^`\n]+`/gm)].map(([code]) => code);
}

function pathsIn(code: string): string[] {
  const words = code.match(/(?<![\w./~@<>-])[\w.*{][\w.*{},/-]*/g) ?? [];
  return words.filter((word) => word.includes('/')).map((word) => word.replace(/[.,]$/, ''));
}

/** `{a,b}.ts` gives `a.ts` and `b.ts`, each of which has to be there. */
function withoutBraces(path: string): string[] {
  const [braces, names] = path.match(/\{([^{}]*)\}/) ?? [];
  if (braces === undefined || names === undefined) return [path];
  return names.split(',').flatMap((name) => withoutBraces(path.replace(braces, name)));
}

/** Whether a file matches, from the root or from src-main; what begins with no folder of either is no path of ours. */
function isMissing(path: string): boolean {
  const [first = ''] = path.split('/');
  const bases = BASES.filter((_, index) => FOLDERS[index].has(first));
  return bases.length > 0 && !bases.some((base) => globSync(path, { cwd: base }).length > 0);
}

describe('documents', () => {
  it('are found, with the paths that they name', () => {
    expect(documents.map(({ path }) => path)).toEqual(expect.arrayContaining(['ARCHITECTURE.md', 'docs/policies.md']));
    expect(pathsIn('`core/{a,b}.ts`, node test/bench/claims.ts --x').flatMap(withoutBraces)).toEqual([
      'core/a.ts',
      'core/b.ts',
      'test/bench/claims.ts',
    ]);
    expect(['core/nothing.ts', 'src-main/core/ports.ts', 'train/class'].map(isMissing)).toEqual([true, false, false]);
  });

  it.each(documents)('$path names files that are there', ({ text }) => {
    const paths = codeIn(text).flatMap(pathsIn).flatMap(withoutBraces);
    expect(paths.filter(isMissing)).toEqual([]);
  });

  it.each(documents)('$path links to what is there', ({ path, text }) => {
    const links = [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, link]) => link);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(join(ROOT, dirname(path), link)))).toEqual([]);
  });

  it.each(documents)('$path names commands that the program has', ({ text }) => {
    const called = codeIn(text).flatMap((code) => [
      ...code.matchAll(/(?:lab -- |^`lab )([a-z][\w-]*(?: [a-z-]*[a-z])?)/gm),
    ]);
    const unknown = called.map(([, words]) => words).filter((words) => commandCalled(words.split(' ')) === undefined);
    expect(unknown).toEqual([]);
  });
});
