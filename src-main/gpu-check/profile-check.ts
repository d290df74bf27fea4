import { AppError } from '#core/errors.ts';
import { GPU_NETWORKS } from '#core/gpu-check/judged-networks.ts';
import type { GpuCheck } from './check.ts';

export const profileCheck: GpuCheck = {
  id: 'profile',
  title: 'Kernels and copies a step',
  needsCard: true,
  seconds: (isQuick) => (isQuick ? 60 : 150),
  async run(tools, findings) {
    findings.columns(['network', 'frozen', 'kernels a step', 'copies in', 'copies out']);
    const networks = tools.isQuick ? GPU_NETWORKS.slice(0, 2) : GPU_NETWORKS;
    for (const [place, network] of networks.entries()) {
      tools.progress(place / networks.length, network.name);
      try {
        const { kernels, copiesIn, copiesOut } = await tools.profile(network, 0);
        findings.row([network.name, 0, ...[kernels, copiesIn, copiesOut].map((count) => Math.round(count * 10) / 10)]);
        if (Math.round(copiesOut) > 0)
          findings.fail(
            `A step of ${network.name} copies values out of the card's memory: its graph has none to copy.`,
          );
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
        return findings.skip(error.message);
      }
    }
  },
};
