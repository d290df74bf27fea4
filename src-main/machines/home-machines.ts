import type { RemoteMachine } from '#core/machines/machine.ts';
import type { HomeMachines } from '#core/machines/ports.ts';
import { bringDataset } from './bring-dataset.ts';
import { bringWeights } from './bring-weights.ts';
import { machinesOf, saveMachines } from './machines-file.ts';
import { programSources } from './program-sources.ts';
import { remoteFile } from './remote-file.ts';
import { shellOf } from './shells.ts';

/** The machines that the file of a home names. */
export function homeMachines(home: string): HomeMachines {
  return {
    list: () => machinesOf(home),
    save: (machines) => saveMachines(home, machines),
    shell: (machine) => shellOf(machine),
    sources: programSources,
    readFile: (machine, part) => remoteFile(shellOf(machine), { name: machine.name, ...part }),
    bring: async (machine, dataset, options) => bringDataset(await targetOf(machine), dataset, options),
    bringWeights: async (machine, weights) => bringWeights(await targetOf(machine), weights),
  };
}

async function targetOf(machine: RemoteMachine) {
  return { shell: shellOf(machine), machine, version: await programSources.version() };
}
