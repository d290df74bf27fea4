/** What systems, archivers and network drives leave in folders, in lower case, apart from hidden files. */
const LEFT_BEHIND: ReadonlySet<string> = new Set([
  ...['__macosx', 'icon\r', 'network trash folder', 'temporary items'],
  ...['thumbs.db', 'ehthumbs.db', 'desktop.ini', '$recycle.bin', 'recycler', 'system volume information'],
  ...['@eadir', '@__thumb', '#recycle', '@recycle', '@tmp', '#snapshot', 'lost+found', '__pycache__'],
]);

/** Whether a file or folder of this name was put there by a system and not by the owner of the data. */
export function isLeftBehind(name: string): boolean {
  return name.startsWith('.') || LEFT_BEHIND.has(name.toLowerCase());
}
