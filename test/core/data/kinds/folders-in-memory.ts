import type { ImageFolders, PathStatus } from '#core/data/data-files.ts';
import { AppError, badRequest } from '#core/errors.ts';

/** Files by their paths below `/data`; a value other than a size says what is there instead of a file. */
export type Tree = Readonly<Record<string, number | 'missing' | 'denied' | 'pipe' | { readonly linksTo: string }>>;

/** Folders that are only names, for listings: what no test may make on a disk is there too. */
export function foldersInMemory(tree: Tree): ImageFolders {
  const resolved = (path: string): string => {
    for (const [link, target] of Object.entries(tree)) {
      if (typeof target === 'object' && (path === `/data/${link}` || path.startsWith(`/data/${link}/`))) {
        return resolved(`/data/${target.linksTo}${path.slice(`/data/${link}`.length)}`.replace(/\/$/, ''));
      }
    }
    return path;
  };
  const links = new Set(Object.keys(tree).flatMap((name) => (typeof tree[name] === 'object' ? [`/data/${name}`] : [])));
  const below = (folder: string) =>
    Object.keys(tree)
      .map((name) => `/data/${name}`)
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1));
  const status = (path: string): PathStatus => {
    const at = resolved(path);
    const found = tree[at.slice('/data/'.length)];
    if (found === 'missing') throw new AppError('not-found', `${path} does not exist: check the path of the data set.`);
    const isFolder = found === undefined || found === 'denied';
    if (isFolder && found === undefined && below(at).length === 0)
      throw new AppError('not-found', `${path} does not exist.`);
    const isFile = typeof found === 'number';
    const linkedTo = links.has(path) ? at : null;
    const identity = isFolder ? at : null;
    return { isFolder, isFile, stamp: String(found), byteLength: isFile ? found : 0, identity, linkedTo };
  };
  return {
    join: (...parts) => parts.join('/'),
    names: (folder) => {
      const at = resolved(folder);
      if (tree[at.slice('/data/'.length)] === 'denied')
        throw badRequest(`${folder} may not be read: allow your user to read it.`);
      return [...new Set(below(at).map((path) => path.split('/')[0]))].sort();
    },
    status,
    real: resolved,
    exists: (path) => below(path).length > 0 || path.slice('/data/'.length) in tree,
    text: () => '',
  };
}
