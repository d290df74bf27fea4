/** An image file that cannot be read, by its path below the folder; `problem` completes the sentence after the path. */
export interface DamagedFile {
  readonly file: string;
  readonly problem: string;
}

/** From the sentence about a file, which begins with its path. */
export function damagedFile(file: string, path: string, sentence: string): DamagedFile {
  const message = sentence.replace(/\.$/, '');
  return { file, problem: message.startsWith(path) ? message.slice(path.length).trim() : message };
}
