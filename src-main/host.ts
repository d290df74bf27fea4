import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyRouter } from '@orpc/server';
import { createRouterClient } from '@orpc/server';
import type { HostOptions, LabHost } from '#contract/host.ts';
import { translateErrors } from '#contract/wire.ts';
import { AppError } from '#core/errors.ts';
import type { TrainerHost } from '#core/ports.ts';
import { runFoldersIn } from './checkpoints/run-folders.ts';
import { datasetCatalog } from './datasets/catalog.ts';
import { createServices } from './services/lab.ts';
import { createRouter } from './services/router.ts';
import { tensorflowAtHand } from './setup/installed.mjs';
import { isServed } from './socket/address.ts';
import type { ContractServer } from './socket/server.ts';
import { openStore } from './sqlite/store-thread.ts';
import { createChildProcessHost } from './trainer-host/child-process.ts';
import type { TrainingEnvironment } from './trainer-host/trainer-environment.ts';

/** For a moment, an owner that is starting or ending neither answers nor has gone: openHost tries again for this long. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 50;

/** What the app does differently from the terminal. */
export interface AppHostOptions extends HostOptions {
  /** Starts the trainers. Default: as child processes of plain Node. */
  readonly createTrainers?: (environment: TrainingEnvironment) => TrainerHost;
}

/** Throws 'locked' where another process owns the home and does not answer; passes on what the store throws. */
export async function openHost(options: AppHostOptions): Promise<LabHost> {
  const { home } = options;
  await mkdir(home, { recursive: true, mode: 0o700 });
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += RETRY_MS) {
    const host = (await borrowed(home)) ?? (await owned(options));
    if (host !== null) return host;
    await sleep(RETRY_MS);
  }
  throw new AppError(
    'locked',
    `Another program owns ${home} and does not answer: wait for it to end, or choose another folder with --home.`,
  );
}

/** The home through the process that owns it; null where no owner answers. */
async function borrowed(home: string): Promise<LabHost | null> {
  if (!isServed(home)) return null;
  const { connectToOwner } = await import('./socket/client.ts');
  const connection = await connectToOwner(home);
  if (connection === null) return null;
  const { client, lost, close } = connection;
  return { client, owner: false, lost, idle: async () => undefined, close: async () => close() };
}

/** The home with this process as its owner; null where another process owns it. */
async function owned(options: AppHostOptions): Promise<LabHost | null> {
  const { home, serve, createTrainers = createChildProcessHost, trainWhatIsQueued = false } = options;
  // Only the app trains what is queued by itself, and its pages read from the start.
  const store = await openStore(home, { readsAtOnce: trainWhatIsQueued });
  if (store === null) return null;
  const services = createServices({
    store,
    trainers: createTrainers({ libraryFolders: tensorflowAtHand()?.libraryFolders ?? [] }),
    folders: runFoldersIn(home),
    catalog: datasetCatalog,
    clock: { now: () => Date.now() },
  });
  const router = createRouter(services);
  const server = serve ? await startServer(home, router) : null;
  if (trainWhatIsQueued) {
    await services.queue.acceptAll();
    await services.searches.resumeAll();
  }
  return {
    client: createRouterClient(router, { interceptors: [translateErrors] }),
    owner: true,
    lost: new Promise(() => undefined),
    idle: () => services.queue.idle(),
    close: (reason) =>
      closeAll([
        () => services.searches.close(),
        () => services.queue.close(reason),
        async () => server?.close(),
        () => store.close(),
      ]),
  };
}

async function startServer(home: string, router: AnyRouter): Promise<ContractServer> {
  const { serveContract } = await import('./socket/server.ts');
  return serveContract(home, router);
}

/** Closes all parts in this order, even after a failure. Throws the first failure, which usually caused the others. */
async function closeAll(parts: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of parts) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
