import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabHost } from '#contract/host.ts';
import { percent, signedPoints } from '#core/analysis/quantity.ts';
import { AppError } from '#core/errors.ts';
import type { GpuCheckRequest, GpuCheckWatching } from '#core/gpu-check/gpu-check-request.ts';
import type { GpuReport } from '#core/gpu-check/gpu-report.ts';
import type { GpuSetUp } from '#core/gpu-check/gpu-set-up.ts';
import { presetStudies } from '#core/presets/presets.ts';
import packageDescription from '../package.json' with { type: 'json' };
import type { TrainedStudy } from './gpu-check/check.ts';
import { GPU_CHECKS } from './gpu-check/checks.ts';
import { openSteps, openTools } from './gpu-check/open-tools.ts';
import { runChecks } from './gpu-check/run-checks.ts';
import { tensorflowAtHand } from './setup/installed.mjs';
import { gpuCard } from './trainer-host/gpu-card.ts';
import { trainerEnvironment } from './trainer-host/trainer-environment.ts';

/** Checks this machine's GPU, part by part. Throws 'unavailable' where TensorFlow cannot be loaded at all. */
export async function checkGpu(request: GpuCheckRequest, watching: GpuCheckWatching): Promise<GpuReport> {
  const { isQuick, isRehearsal } = request;
  const folder = mkdtempSync(join(tmpdir(), 'freezeout-check-'));
  try {
    const environment = trainerEnvironment({ libraryFolders: tensorflowAtHand()?.libraryFolders ?? [] }, null);
    const setUp = await foundSetUp(environment);
    const trainStudy = (progress: (share: number) => void, signal: AbortSignal) =>
      trainQuickStudy({ home: join(folder, 'home'), device: isRehearsal ? 'cpu' : 'gpu', progress, signal });
    const sources = { ...request, setUp, folder, environment, trainStudy };
    return await runChecks({
      ...watching,
      checks: GPU_CHECKS,
      report: { form: 1, program: packageDescription.version, began: new Date().toISOString(), isQuick, isRehearsal },
      toolsFor: (progress) => openTools(sources, progress),
      now: () => performance.now(),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Loads TensorFlow in a process of its own, as a trainer does, and asks what it computes on. */
async function foundSetUp(environment: NodeJS.ProcessEnv): Promise<GpuSetUp> {
  const installed = tensorflowAtHand();
  const process = openSteps(environment, 'auto', 'gpu');
  try {
    const { usesGpu, device, form, version, missingLibraries } = await process.ask('device', {});
    const card = gpuCard();
    return {
      ...{ usesGpu, device, form, version, missingLibraries },
      variant: installed?.variant ?? 'cpu',
      driver: card?.driver ?? loadedDriver(),
      card: card?.model ?? null,
      visibleDevices: environment.CUDA_VISIBLE_DEVICES ?? null,
      setUpCommand: 'FREEZEOUT_LAB_TENSORFLOW=gpu node src-main/setup/setup.mjs',
    };
  } finally {
    process.end();
  }
}

/** The version of NVIDIA's driver, as the kernel tells it; null where it is not loaded. */
function loadedDriver(): string | null {
  try {
    return /Module\s+(\S+)/.exec(readFileSync('/proc/driver/nvidia/version', 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

interface StudyTraining {
  readonly home: string;
  readonly device: 'cpu' | 'gpu';
  readonly progress: (share: number) => void;
  readonly signal: AbortSignal;
}

/** In a home of its own, which is gone afterwards. */
async function trainQuickStudy({ home, device, progress, signal }: StudyTraining): Promise<TrainedStudy> {
  const { openHost } = await import('./host.ts');
  const host = await openHost({ home, serve: false, endsAtStandstill: true });
  try {
    const [{ base, ...study }] = presetStudies('quick');
    const { studyId } = await host.client.studies.start({ spec: { ...study, base: { ...base, device } } });
    void tellProgress(host, progress, signal);
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new AppError('unavailable', 'The study was ended.')), {
        once: true,
      });
    });
    await Promise.race([host.idle(), ended]);
    return await resultOf(host, studyId);
  } finally {
    await host.close('The check is over.');
  }
}

/** By the time that the owner of the home tells for the rest. */
async function tellProgress(
  { client }: LabHost,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  try {
    for await (const { total } of await client.queue.outlook({}, { signal })) {
      const seconds = (performance.now() - began) / 1000;
      if (total.unknown === 0) progress(seconds / (seconds + total.seconds));
    }
  } catch {
    // The host is closing.
  }
}

async function resultOf({ client }: LabHost, study: string): Promise<TrainedStudy> {
  const [{ runs }, { arms }] = await Promise.all([client.studies.show({ study }), client.studies.compare({ study })]);
  const rows = arms.map(({ name, saved, testError, errorDelta }) => [
    ...[name, percent(saved.wall), percent(saved.profile), percent(saved.compute)],
    ...[percent(testError, 2), signedPoints(errorDelta)],
  ]);
  return {
    table: { columns: ['arm', 'saved (wall)', 'profile', 'compute', 'test error', 'error delta, points'], rows },
    failed: runs
      .filter(({ status }) => status !== 'finished')
      .map(({ id, status, reason }) => `Run ${id} is ${status}: ${reason ?? 'no reason is known.'}`),
  };
}
