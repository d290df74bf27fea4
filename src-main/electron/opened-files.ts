import { basename } from 'node:path';
import type { OpenedFile } from '#contract/desktop.ts';
import { badRequest, messageOf } from '#core/errors.ts';
import type { DesktopPorts } from './desktop-ports.ts';
import { isReadAtHome, refuseFilesOfHere } from './files-here.ts';

type Ports = Pick<DesktopPorts, 'tools' | 'chosen' | 'opened' | 'elsewhere'>;

/** Looks at what the user handed to the app, wherever it comes from, and tells the page what it is, under a token. */
export async function openFiles(paths: readonly string[], { opened, ...ports }: Ports): Promise<void> {
  const [path] = paths;
  if (path === undefined) return;
  try {
    if (paths.length > 1) throw badRequest(`These are ${paths.length} files: ${ONE_AT_A_TIME}`);
    const file = await recognised(path, ports);
    if (isReadAtHome(file)) refuseFilesOfHere(ports);
    opened.put(file);
  } catch (error) {
    // The page learns no path, only the name that the user has just seen.
    opened.put({ kind: 'refused', sentence: messageOf(error).replaceAll(path, basename(path)) });
  }
}

const ONE_AT_A_TIME = 'give one at a time, or the one folder that holds all files of a data set.';

async function recognised(path: string, { tools, chosen }: Omit<Ports, 'opened'>): Promise<OpenedFile> {
  const dataset = await tools.datasetKindAt(path);
  if (dataset !== null) return { kind: 'dataset', file: { ...chosen.add(path, { dataset }), dataset } };
  const content = await tools.contentAt(path);
  if (content.kind === 'spec') return { ...content, name: basename(path) };
  return { kind: content.kind, file: chosen.add(path, content.kind) };
}
