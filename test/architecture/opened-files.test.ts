import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parseSource, sourceFiles } from './source-files.ts';

/** Folders whose code reads files that come from outside: what users name, what was downloaded, what lies in a home. */
const FOLDERS = ['checkpoints', 'cli', 'datasets', 'services', 'trainer'].map((folder) => `src-main/${folder}`);

/** Functions of Node, and of packages, that open a file to read it, and would wait at a pipe or read a device. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  'node:fs': ['createReadStream', 'open', 'openSync', 'readFile', 'readFileSync', 'promises', 'openAsBlob', 'default'],
  'node:fs/promises': ['open', 'readFile', '*'],
  yauzl: ['open', 'openPromise', 'default'],
};

/** Files that only write what they open, with the name under which it appears there. */
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  'src-main/checkpoints/checkpoint-folder.ts': ['*'],
  'src-main/checkpoints/durable-file.ts': ['*'],
  'src-main/datasets/decoded-folder.ts': ['open'],
  'src-main/datasets/decoding-worker.ts': ['openSync'],
  'src-main/datasets/download/part-file.ts': ['open'],
  'src-main/datasets/download/unpack-archive.ts': ['open'],
  'src-main/datasets/pixel-store.ts': ['open'],
};

interface NodeImport {
  readonly from: string;
  readonly name: string;
}

function importsOf(path: string, text: string): NodeImport[] {
  const found: NodeImport[] = [];
  for (const statement of parseSource(path, text).statements) {
    if (!ts.isImportDeclaration(statement) || statement.importClause === undefined) continue;
    const { importClause, moduleSpecifier } = statement;
    if (importClause.isTypeOnly || !ts.isStringLiteral(moduleSpecifier)) continue;
    const from = moduleSpecifier.text;
    const { namedBindings } = importClause;
    if (importClause.name !== undefined) found.push({ from, name: 'default' });
    if (namedBindings === undefined) continue;
    if (ts.isNamespaceImport(namedBindings)) found.push({ from, name: '*' });
    else
      for (const { isTypeOnly, propertyName, name } of namedBindings.elements)
        if (!isTypeOnly) found.push({ from, name: (propertyName ?? name).text });
  }
  return found;
}

describe('files from outside', () => {
  const files = sourceFiles(...FOLDERS).filter(({ path }) => /\.(ts|mjs)$/.test(path));
  const opened = files.map(({ path, text }) => ({
    path,
    names: importsOf(path, text)
      .filter(({ from, name }) => OPENERS[from]?.includes(name))
      .map(({ name }) => name),
  }));

  it('are opened by src-main/files alone, which takes only ordinary files', () => {
    const others = opened.flatMap(({ path, names }) =>
      names.filter((name) => !WRITERS[path]?.includes(name)).map((name) => `${path} imports ${name}`),
    );
    expect(others).toEqual([]);
  });

  it('are told apart from files that are only written', () => {
    const writing = opened.filter(({ path }) => path in WRITERS).map(({ path, names }) => [path, names]);
    expect(Object.fromEntries(writing)).toEqual(WRITERS);
  });
});
