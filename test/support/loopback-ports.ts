import { readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { readProcess } from './processes.ts';

/** Below those that systems give to connections, so that nothing takes one between our look and its use. */
const [LOWEST, HIGHEST] = [15_000, 32_000];

/** Ports of the loopback address at which nothing listens. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The addresses at which a process and all that it has started listen, such as `0100007F:1F90`, as Linux writes them. */
export function listeningAddresses(pids: readonly number[]): readonly string[] {
  const sockets = new Set(pids.flatMap(socketsOf));
  return ['tcp', 'tcp6'].flatMap((family) =>
    (readProcess(`/proc/net/${family}`) ?? '')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === LISTENS && sockets.has(inode))
      .map(([, address]) => address),
  );
}

const LISTENS = '0A';

/** How Linux writes 127.0.0.1. */
export const LOOPBACK = '0100007F';

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return namesIn(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
