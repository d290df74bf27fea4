import { readdirSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parseSource, sourceFiles } from './source-files.ts';

const FOLDER = 'src-main/contract';
const files = sourceFiles(FOLDER, 'src-main/core').filter(
  ({ path }) => path.startsWith(FOLDER) || /^src-main\/core\/(data\/dataset-)?ports\.ts$/.test(path),
);

function hasDocLine(node: ts.Node): boolean {
  return ts.getLeadingCommentRanges(node.getSourceFile().text, node.pos)?.some(isDocLine(node)) ?? false;
}

function isDocLine(node: ts.Node): (range: ts.CommentRange) => boolean {
  return ({ pos }) => node.getSourceFile().text.startsWith('/**', pos);
}

/** Methods of ports, and entries of the contract: what others may ask for. */
function isAsked(node: ts.Node): node is ts.MethodSignature | ts.PropertyAssignment {
  if (ts.isMethodSignature(node)) return ts.isInterfaceDeclaration(node.parent);
  if (!ts.isPropertyAssignment(node) || !ts.isCallExpression(node.initializer)) return false;
  return ['reads', 'changes'].includes(node.initializer.expression.getText());
}

function withoutDocLine(node: ts.Node): string[] {
  const below: string[] = [];
  ts.forEachChild(node, (child) => {
    below.push(...withoutDocLine(child));
  });
  return isAsked(node) && !hasDocLine(node) ? [node.name.getText(), ...below] : below;
}

describe('doc lines', () => {
  it('stand at every method of a port and every entry of the contract', () => {
    expect(files.length).toBeGreaterThan(readdirSync(new URL(`../../${FOLDER}`, import.meta.url)).length);
    const missing = files.flatMap(({ path, text }) =>
      withoutDocLine(parseSource(path, text)).map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});
