import type { Clock, DatasetCatalog, RunFolders, Store, TrainerHost } from '#core/ports.ts';
import { Datasets } from './datasets.ts';
import { EventHub } from './event-hub.ts';
import { Exchange } from './exchange.ts';
import { Measurements } from './measurement.ts';
import { RunQueue } from './queue.ts';
import { Runs } from './runs.ts';
import { Studies } from './studies.ts';

export interface LabPorts {
  readonly store: Store;
  readonly trainers: TrainerHost;
  readonly folders: RunFolders;
  readonly catalog: DatasetCatalog;
  readonly clock: Clock;
}

/** The services of one home, wired over its adapters: the terminal and the app host the same ones. */
export interface Services {
  readonly hub: EventHub;
  readonly queue: RunQueue;
  readonly datasets: Datasets;
  readonly runs: Runs;
  readonly studies: Studies;
  readonly exchange: Exchange;
  readonly measurements: Measurements;
}

export function createServices({ store, trainers, folders, catalog, clock }: LabPorts): Services {
  const hub = new EventHub();
  const datasets = new Datasets({ store, catalog });
  const queue = new RunQueue({ store, trainers, folders, datasets, hub, clock });
  const runs = new Runs({ store, queue, folders, datasets, clock });
  const studies = new Studies({ store, queue, runs, datasets, clock });
  const measurements = new Measurements({ trainers, folders, datasets, queue });
  return { hub, queue, datasets, runs, studies, measurements, exchange: new Exchange({ store, clock }) };
}
