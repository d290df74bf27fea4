import ts from 'typescript';
import { expect, it } from 'vitest';
import type { SourceFile } from './source-files.ts';
import { parseSource, sourceFiles } from './source-files.ts';

function exportedNames({ path, text }: SourceFile): string[] {
  if (!/\.m?[jt]s$/.test(path)) return [];
  return parseSource(path, text).statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return [];
    const isExported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
    return isExported ? declaredNames(statement) : [];
  });
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
  return name === undefined ? [] : [name.text];
}

/** The files that export each name, where there are several. */
function namesOfSeveralFiles(): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, Set<string>>();
  for (const file of sourceFiles('src-main', 'src-renderer')) {
    for (const name of exportedNames(file)) files.set(name, (files.get(name) ?? new Set()).add(file.path));
  }
  return new Map([...files].filter(([, paths]) => paths.size > 1).map(([name, paths]) => [name, [...paths]]));
}

it('gives each exported name one meaning: one file defines it', () => {
  const several = [...namesOfSeveralFiles()].map(([name, paths]) => `${name}: ${paths.join(', ')}`);
  expect(several).toEqual([]);
});
