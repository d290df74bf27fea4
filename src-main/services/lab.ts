import type { BackupKeeper } from '#core/backups.ts';
import type { DatasetCatalog, KnownFiles } from '#core/data/dataset-ports.ts';
import type { HomeMachines } from '#core/machines/ports.ts';
import type { RemoteMachines } from '#core/machines/remote-machines.ts';
import type { Clock, RunFolders, RunPreflight, Store, TrainerHost } from '#core/ports.ts';
import type { RunLogs } from '#core/run-log.ts';
import type { WeightsFiles } from '#core/weights/weights-files.ts';
import { Backups } from './backups.ts';
import { Datasets } from './datasets.ts';
import { EventHub } from './event-hub.ts';
import { Exchange } from './exchange.ts';
import { KeptThings } from './keeping.ts';
import { KnownDatasets } from './known-datasets.ts';
import { LineTransfers } from './line-transfers.ts';
import { Machines } from './machines.ts';
import { Measurements } from './measurement.ts';
import { ImagePredictions } from './predictions.ts';
import { RunQueue } from './queue.ts';
import { QueueOutlooks } from './queue-outlooks.ts';
import { RemoteFiles } from './remote-files.ts';
import { RemoteQueue } from './remote-queue.ts';
import { Resumption } from './resumption.ts';
import { Runs } from './runs.ts';
import { Searches } from './searches.ts';
import { SideTrainer } from './side-trainer.ts';
import { Studies } from './studies.ts';
import { StudyLife } from './study-life.ts';
import { Verifications } from './verification.ts';
import { Weights } from './weights.ts';
import { WeightsLibrary } from './weights-library.ts';
import { Works } from './works.ts';

export interface LabPorts {
  readonly store: Store;
  readonly trainers: TrainerHost;
  readonly folders: RunFolders;
  readonly logs: RunLogs;
  readonly preflight: RunPreflight;
  readonly catalog: DatasetCatalog;
  readonly knownFiles: KnownFiles;
  readonly weightsFiles: WeightsFiles;
  readonly backups: BackupKeeper;
  readonly machines: HomeMachines;
  readonly remoteMachines: RemoteMachines;
  readonly clock: Clock;
  /** Whether the program ends where no run can train, rather than wait until one can. */
  readonly endsAtStandstill: boolean;
}

/** The services of one home, which the terminal and the app both host. */
export interface Services {
  readonly hub: EventHub;
  readonly works: Works;
  readonly queue: RunQueue;
  readonly remote: RemoteQueue;
  readonly outlooks: QueueOutlooks;
  readonly datasets: Datasets;
  readonly knownDatasets: KnownDatasets;
  readonly weights: Weights;
  readonly weightsLibrary: WeightsLibrary;
  readonly machines: Machines;
  readonly runs: Runs;
  readonly studies: Studies;
  readonly studyLife: StudyLife;
  readonly searches: Searches;
  readonly exchange: Exchange;
  readonly lineTransfers: LineTransfers;
  readonly kept: KeptThings;
  readonly backups: Backups;
  readonly side: SideTrainer;
  readonly measurements: Measurements;
  readonly verifications: Verifications;
  readonly predictions: ImagePredictions;
}

export function createServices(given: LabPorts): Services {
  const hub = new EventHub();
  const works = new Works(given);
  const ports = { ...given, works };
  const datasets = new Datasets({ ...ports, hub });
  const knownDatasets = new KnownDatasets({ ...ports, datasets, hub });
  const remoteFiles = new RemoteFiles(ports);
  const weights = new Weights({ ...ports, remoteFiles });
  const weightsLibrary = new WeightsLibrary({ ...ports, hub });
  const queue = new RunQueue({ ...ports, datasets, weights, hub });
  const outlooks = new QueueOutlooks({ ...ports, queue, hub });
  const remote = new RemoteQueue({ ...ports, datasets, weights, remoteFiles, hub, machines: given.remoteMachines });
  const resumption = new Resumption({ ...ports, datasets, weights });
  const runs = new Runs({ ...ports, queue, remoteFiles, remote, datasets, weights, weightsLibrary, hub, resumption });
  const studies = new Studies({ ...ports, queue, remote, runs, datasets, weights, hub, resumption });
  const studyLife = new StudyLife({ ...ports, queue, runs, hub });
  const searches = new Searches({ ...ports, studies, runs, datasets, hub });
  const asked = {
    hub,
    works,
    queue,
    remote,
    outlooks,
    datasets,
    knownDatasets,
    weights,
    weightsLibrary,
    runs,
    studies,
    studyLife,
    searches,
  };
  const side = new SideTrainer({ ...ports, queue });
  const measurements = new Measurements({ ...ports, datasets, side });
  const verifications = new Verifications({ ...ports, datasets, weights, hub, side });
  const predictions = new ImagePredictions({ ...ports, datasets, side });
  const backups = new Backups(ports);
  const exchange = new Exchange({ ...ports, hub, noteImport: (events) => backups.noteImport(events) });
  const lineTransfers = new LineTransfers({ ...ports, exchange });
  const kept = new KeptThings({ ...ports, hub });
  const machines = new Machines({ ...ports, hub });
  return { ...asked, side, measurements, verifications, predictions, exchange, lineTransfers, kept, backups, machines };
}
