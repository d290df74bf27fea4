import { availableParallelism, cpus, hostname, release, totalmem } from 'node:os';
import type { Environment } from '#core/run-event.ts';
import packageDescription from '../../package.json' with { type: 'json' };
import { gpuCard } from './gpu-card.ts';

/**
 * The environment in which runs train here; the host has fixed the threads in this process's variables. `arithmetic` is how products are
 * computed where that is not in float32, `graph` the form of graphs where there is more than one.
 */
export function environmentOf(
  device: Pick<Environment, 'backend' | 'tensorflowVersion' | 'device'>,
  { arithmetic, graph }: { readonly arithmetic?: string | undefined; readonly graph?: string | undefined },
): Environment {
  const processors = cpus();
  const { SLURMD_NODENAME: nodeName, SLURM_JOB_ID: job } = process.env;
  const gpu = device.backend === 'tensorflow-gpu' ? gpuCard() : undefined;
  return {
    backend: device.backend,
    tensorflowVersion: device.tensorflowVersion,
    device: device.device,
    threads: { intraOp: threadCount('TF_NUM_INTRAOP_THREADS'), interOp: threadCount('TF_NUM_INTEROP_THREADS') },
    node: process.version,
    platform: `${process.platform} ${release()} ${process.arch}`,
    host: hostname(),
    appVersion: packageDescription.version,
    processor: processors[0]?.model.trim() || 'unknown',
    cores: processors.length || null,
    memoryBytes: totalmem(),
    ...(nodeName ? { nodeName } : {}),
    ...(job ? { job } : {}),
    ...(gpu === undefined ? {} : { gpu }),
    ...(arithmetic === undefined ? {} : { arithmetic }),
    ...(graph === undefined ? {} : { graph }),
  };
}

function threadCount(variable: string): number {
  return Number(process.env[variable]) || availableParallelism();
}
