import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What one file asks of another: `url` is `new URL('./other.ts', import.meta.url)`, by which workers are started. */
export interface Reference {
  readonly kind: 'import' | 'type' | 'url';
  /** Path from the repository's root, or a package's name. */
  readonly target: string;
  readonly isPackage: boolean;
}

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly references: readonly Reference[];
}

/** All files under these folders of the repository that are there. */
export function sourceFiles(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) => filesIn(join(ROOT, folder))).map(readSource);
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function readSource(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  const isScript = /\.(ts|mts|mjs|cjs)$/.test(file);
  const found = isScript
    ? [...references(parseSource(file, text)), ...documentedTypes(text)]
    : componentImports(file, text);
  return { path: slashed(file), text, references: found.map((reference) => resolved(file, reference)) };
}

export function parseSource(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
}

type Found = Pick<Reference, 'kind' | 'target'>;

function references(source: ts.SourceFile): Found[] {
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    const reference = referenceOf(node);
    if (reference !== null) found.push(reference);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function referenceOf(node: ts.Node): Found | null {
  if (ts.isImportDeclaration(node)) {
    return literal(node.moduleSpecifier, node.importClause?.isTypeOnly ? 'type' : 'import');
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return literal(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'import');
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal, 'type');
  if (ts.isCallExpression(node) && loads(node.expression)) return literal(node.arguments[0], 'import');
  const isUrl = ts.isNewExpression(node) && node.expression.getText() === 'URL';
  return isUrl && node.arguments?.[1]?.getText() === 'import.meta.url' ? literal(node.arguments[0], 'url') : null;
}

/** import(...), require(...), and createRequire(...)(...). */
function loads(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || /^(require|createRequire\(.*\))$/.test(callee.getText());
}

function literal(node: ts.Node | undefined, kind: Reference['kind']): Found | null {
  return node && ts.isStringLiteral(node) ? { kind, target: node.text } : null;
}

/** JavaScript names types in comments: import('./x.mjs').X */
function documentedTypes(text: string): Found[] {
  return [...text.matchAll(/^\s*(?:\/\*\*|\*).*$/gm)].flatMap(([comment]) =>
    [...comment.matchAll(/import\('([^']+)'\)/g)].map(([, target]) => ({ kind: 'type' as const, target })),
  );
}

/** Components are not TypeScript, but their import statements are. */
function componentImports(file: string, text: string): Found[] {
  if (!file.endsWith('.svelte')) return [];
  const scripts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script);
  return scripts.flatMap((script) => references(parseSource(file, script)));
}

const ALIASES = { '#core/': 'src-main/core/', '#contract/': 'src-main/contract/' };

function resolved(file: string, { kind, target }: Found): Reference {
  const alias = Object.entries(ALIASES).find(([prefix]) => target.startsWith(prefix));
  if (alias) return { kind, target: target.replace(...alias), isPackage: false };
  const isFile = target.startsWith('.') || kind === 'url';
  return { kind, target: isFile ? slashed(resolve(dirname(file), target)) : target, isPackage: !isFile };
}

function slashed(file: string): string {
  return relative(ROOT, file).split(sep).join('/');
}
