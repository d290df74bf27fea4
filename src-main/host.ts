import { setTimeout as sleep } from 'node:timers/promises';
import type { AnyRouter } from '@orpc/server';
import { createRouterClient } from '@orpc/server';
import type { HostOptions, LabHost, ReadOnly } from '#contract/host.ts';
import { translateErrors } from '#contract/wire.ts';
import { homeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { RunFolders, Store, TrainerHost } from '#core/ports.ts';
import { borrowedHost } from './borrowed-host.ts';
import { runFoldersIn } from './checkpoints/run-folders.ts';
import { weightsFilesIn } from './checkpoints/weights-files.ts';
import { datasetCatalog } from './datasets/catalog.ts';
import { knownFiles } from './datasets/download/known-files.ts';
import { homeMachines } from './machines/home-machines.ts';
import { remoteMachinesOf } from './machines/remote-machines.ts';
import { makeHome } from './made-home.ts';
import { preflightIn } from './preflight.ts';
import type { Services } from './services/lab.ts';
import { createServices } from './services/lab.ts';
import { refuseChanges } from './services/read-only.ts';
import { createRouter } from './services/router.ts';
import { tensorflowAtHand } from './setup/installed.mjs';
import { isServed, socketFile } from './socket/address.ts';
import { unservedHome } from './socket/owner-error.ts';
import { OwnerPatience } from './socket/owner-patience.ts';
import type { OwnerProcess } from './socket/owner-process.ts';
import type { ContractServer } from './socket/server.ts';
import { backupsOf } from './sqlite/backup-thread.ts';
import { isNewHome } from './sqlite/database.ts';
import { copyHome, obstacleToWriting } from './sqlite/home-copy.ts';
import { openStore } from './sqlite/store-thread.ts';
import { createChildProcessHost } from './trainer-host/child-process.ts';
import { runLogsIn } from './trainer-host/run-logs.ts';
import type { TrainingEnvironment } from './trainer-host/trainer-environment.ts';

/** How often it is tried again to open a home that another process owns. */
const RETRY_MS = 50;

/** What the app does differently from the terminal. */
export interface AppHostOptions extends HostOptions {
  /** Starts the trainers. Default: as child processes of plain Node. */
  readonly createTrainers?: (environment: TrainingEnvironment) => TrainerHost;
}

/**
 * Opens a home; one that cannot be written is opened to be looked at, and one on another machine is only ever borrowed. Throws 'locked' where another process owns the home and
 * does not answer, saying which and what it does; passes on what the store throws.
 */
export async function openHost(options: AppHostOptions): Promise<LabHost> {
  const { home } = options;
  const elsewhere = homeElsewhere(home);
  if (elsewhere !== null) return (await import('./elsewhere-host.ts')).openElsewhere(elsewhere);
  makeHome(home);
  const obstacle = obstacleToWriting(home);
  const patience = new OwnerPatience(home);
  for (;;) {
    const owner = patience.look();
    const host = (await borrowed(home)) ?? (await ownOrNull(options, { obstacle, owner }));
    if (host !== null) return host;
    if (patience.isOver) throw unservedHome(home);
    await sleep(RETRY_MS);
  }
}

interface Obstacles {
  /** Why the home cannot be written. */
  readonly obstacle: string | null;
  readonly owner: OwnerProcess | null;
}

/** The homes whose owner this process has reached. */
const reached = new Set<string>();

/** Null where another process owns the home; where that is known, no thread is started to find out. */
async function ownOrNull(options: AppHostOptions, { obstacle, owner }: Obstacles): Promise<LabHost | null> {
  refuseSecondHome(options.home);
  if (obstacle !== null) return shown(options, obstacle);
  return owner === null || owner.pid === process.pid ? ownedOrShown(options) : null;
}

/**
 * Throws 'unavailable' where a home has, or had, an owner but no database: the socket leads to another machine, on which the home is. Whoever
 * cannot reach it must not begin a second, empty home in its place.
 */
function refuseSecondHome(home: string): void {
  const socket = socketFile(home);
  const isSocketLeft = socket !== null && isServed(home);
  if ((!isSocketLeft && !reached.has(home)) || !isNewHome(home)) return;
  const state = `The program that owns ${home} cannot be reached, and its database is not here`;
  const leftover = isSocketLeft ? `, or remove ${socket} if no connection leads through it` : '';
  throw new AppError('unavailable', `${state}: restore the connection to it${leftover}; nothing was changed.`);
}

/** The home through the process that owns it; null where no owner answers. */
async function borrowed(home: string): Promise<LabHost | null> {
  if (!isServed(home)) return null;
  const { connectToOwner } = await import('./socket/client.ts');
  const connection = await connectToOwner(home);
  if (connection === null) return null;
  reached.add(home);
  return borrowedHost(connection);
}

/** On a full disk, SQLite cannot even make the files that it needs to read. Of a damaged database, the rest is shown. */
async function ownedOrShown(options: AppHostOptions): Promise<LabHost | null> {
  try {
    return await owned(options);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'no-space') return shown(options, 'its disk is full or fails');
    if (error.code === 'corrupt') return undamagedRest(options, error);
    throw error;
  }
}

/** What is undamaged in the home, to be looked at and exported. Throws `damage` where too little can be read. */
async function undamagedRest(options: AppHostOptions, damage: AppError): Promise<LabHost | null> {
  const view: View = {
    ...{ openedAs: 'damaged copy', obstacle: 'its database is damaged' },
    readOnly: {
      sentence: `${damage.message} Only what is undamaged is shown, and nothing can be changed.`,
      isDamaged: true,
    },
    refusal: damage.message,
  };
  return openCopy(options, view).catch((error: unknown) => {
    if (error instanceof AppError) throw damage;
    throw error;
  });
}

/** The home with this process as its owner; null where another process owns it. Where it throws, nothing stays open. */
async function owned(options: AppHostOptions): Promise<LabHost | null> {
  const { home, serve, trainWhatIsQueued = false, putsBackAtEnd: putsBack = false } = options;
  // Only the app trains what is queued by itself, and its pages read from the start.
  // A program that serves others runs for long, and tells what a look at the database has found meanwhile.
  const store = await openStore(home, { readsAtOnce: trainWhatIsQueued, mayWait: serve });
  if (store === null) return null;
  const services = servicesOver(store, runFoldersIn(home), options);
  const router = createRouter(services);
  let server: ContractServer | null = null;
  const close = once((reason: string) =>
    closeAll([
      () => closeServices(services, { reason, putsBack }),
      async () => server?.close(),
      () => services.backups.close().catch(tellNoBackup),
      () => store.close(),
    ]),
  );
  try {
    services.backups.start(tellNoBackup);
    if (serve) server = await startServer(home, router);
    if (trainWhatIsQueued) {
      await services.queue.acceptAll();
      await services.searches.resumeAll();
      await services.remote.follow(null);
    }
  } catch (error) {
    // What stopped the opening says more than what goes wrong afterwards.
    await close('The home could not be opened.').catch(() => undefined);
    throw error;
  }
  return {
    client: createRouterClient(router, { interceptors: [translateErrors] }),
    owner: true,
    life: null,
    readOnly: null,
    damage: damageIn(store, services),
    lost: new Promise(() => undefined),
    idle: async () => {
      await Promise.all([services.queue.idle(), services.remote.idle()]);
    },
    clients: () => server?.clients() ?? 0,
    close,
  };
}

/** Pages ask for what lists left out whenever runs change, and are told of damage with it. */
async function damageIn(store: Store, { hub }: Services): Promise<string | null> {
  const damage = await store.damage();
  if (damage !== null) hub.publishChange('runs', []);
  return damage;
}

/** How a home is shown that is not owned. */
interface View {
  readonly openedAs: 'copy' | 'damaged copy';
  /** Why the home cannot be used as it is. */
  readonly obstacle: string;
  readonly readOnly: ReadOnly;
  /** Answers whatever would change something. */
  readonly refusal: string;
}

/** The home as it is: everything can be read and measured, and nothing changed. */
function shown(options: AppHostOptions, obstacle: string): Promise<LabHost | null> {
  const state = `${options.home} cannot be written (${obstacle})`;
  const advice = 'copy the folder to a place that can be written, and choose the copy with --home';
  return openCopy(options, {
    ...{ openedAs: 'copy', obstacle },
    readOnly: { sentence: `${state}: it is shown as it is, and nothing can be changed.`, isDamaged: false },
    refusal: `${state}, so nothing can be changed in it: ${advice}.`,
  });
}

async function openCopy(options: AppHostOptions, view: View): Promise<LabHost | null> {
  const { home } = options;
  const copy = await copyHome(home, view.obstacle);
  const store = await openStore(copy.folder, { openedAs: view.openedAs }).catch(async (error: unknown) => {
    await copy.remove();
    throw error;
  });
  if (store === null) {
    await copy.remove();
    return null;
  }
  const services = servicesOver(store, runFoldersIn(home, copy.folder), options);
  const refuse = refuseChanges(view.refusal);
  return {
    client: createRouterClient(createRouter(services), { interceptors: [translateErrors, refuse] }),
    owner: false,
    life: null,
    readOnly: view.readOnly,
    damage: Promise.resolve(null),
    lost: new Promise(() => undefined),
    idle: async () => undefined,
    clients: () => 0,
    close: once(() =>
      closeAll([
        () => closeServices(services, { reason: 'The home was closed.', putsBack: false }),
        () => store.close(),
        () => copy.remove(),
      ]),
    ),
  };
}

function servicesOver(store: Store, folders: RunFolders, options: AppHostOptions): Services {
  const { createTrainers = createChildProcessHost } = options;
  const machines = homeMachines(options.home);
  return createServices({
    store,
    trainers: createTrainers({ libraryFolders: tensorflowAtHand()?.libraryFolders ?? [] }),
    folders,
    logs: runLogsIn((runId) => folders.folder(runId)),
    preflight: preflightIn(options.home),
    catalog: datasetCatalog,
    knownFiles,
    weightsFiles: weightsFilesIn(options.home),
    backups: backupsOf(options.home),
    machines,
    remoteMachines: remoteMachinesOf(machines, options),
    clock: { now: () => Date.now() },
    endsAtStandstill: options.endsAtStandstill ?? false,
  });
}

async function startServer(home: string, router: AnyRouter): Promise<ContractServer> {
  const { serveContract } = await import('./socket/server.ts');
  return serveContract(home, router);
}

/** A closing that takes place once, whoever asks for it again meanwhile or afterwards. */
function once(close: (reason: string) => Promise<void>): (reason: string) => Promise<void> {
  let closing: Promise<void> | null = null;
  return (reason) => {
    closing ??= close(reason);
    return closing;
  };
}

interface Closing {
  readonly reason: string;
  /** Whether the run that trains stays in the queue. */
  readonly putsBack: boolean;
}

/**
 * Ends all work in one turn, in this order: no search decides anew, no run trains on, and then nobody waits for data. So a run whose data
 * are being read is paused, not interrupted.
 */
async function closeServices(services: Services, { reason, putsBack }: Closing): Promise<void> {
  const { searches, queue, remote, datasets, knownDatasets, exchange, lineTransfers, side } = services;
  lineTransfers.close();
  const ends = [searches.close(), queue.close(reason, { putsBack }), remote.close(), datasets.close()];
  ends.push(knownDatasets.close(), exchange.close(), side.close());
  for (const end of await Promise.allSettled(ends)) if (end.status === 'rejected') throw end.reason;
}

/** Closes all parts in this order, even after a failure. Throws the first failure, which usually caused the others. */
async function closeAll(parts: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of parts) await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** What was stored is stored; that it has no copy is told, and nothing fails for it. */
function tellNoBackup(error: unknown): void {
  console.error(`No backup of the database was made: ${messageOf(error)}`);
}
