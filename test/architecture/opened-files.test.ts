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
  'src-main/datasets/decoded-folder.ts': ['open'],
  'src-main/datasets/decoding-worker.ts': ['openSync'],
  'src-main/datasets/download/part-file.ts': ['open'],
  'src-main/datasets/download/unpack-archive.ts': ['open'],
  'src-main/datasets/pixel-store.ts': ['open'],
  'src-main/checkpoints/claimed-files.ts': ['open'],
};

interface NodeImport {
  readonly from: string;
  readonly name: string;
}

function importsOf(path: string, text: string): NodeImport[] {
  return parseSource(path, text).statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const { importClause, moduleSpecifier } = statement;
    if (importClause === undefined || importClause.isTypeOnly) return [];
    return namesIn(importClause).map((name) => ({ from: moduleSpecifier.text, name }));
  });
}

/** The names under which a module exports what is imported of it, without types. */
function namesIn({ name: whole, namedBindings }: ts.ImportClause): string[] {
  const names = whole === undefined ? [] : ['default'];
  if (namedBindings === undefined) return names;
  if (ts.isNamespaceImport(namedBindings)) return [...names, '*'];
  const values = namedBindings.elements.filter(({ isTypeOnly }) => !isTypeOnly);
  return [...names, ...values.map(({ propertyName, name }) => (propertyName ?? name).text)];
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
