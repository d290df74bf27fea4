import { GPU_NETWORKS, type JudgedNetwork } from '#core/gpu-check/judged-networks.ts';
import type { CheckTools, GpuCheck } from './check.ts';

/** Enough for several depths, and for kernels that are chosen anew. */
const STEPS = 8;
/** TensorFlow's own switch for kernels that always add up in one order. */
const DETERMINISTIC = { TF_DETERMINISTIC_OPS: '1' };

export const bitsCheck: GpuCheck = {
  id: 'bits',
  title: 'The bits of two processes',
  needsCard: true,
  seconds: (isQuick) => (isQuick ? 40 : 90),
  async run(tools, findings) {
    findings.say(
      `${STEPS} steps from the same weights, of which each freezes one layer more; then the hash of all weights.`,
    );
    findings.columns(['network', 'two processes give']);
    const networks = tools.isQuick ? GPU_NETWORKS.slice(0, 2) : GPU_NETWORKS;
    for (const [place, network] of networks.entries()) {
      tools.progress(place / networks.length, network.name);
      const areEqual = await equalBits(tools, network, {});
      if (areEqual) {
        findings.row([network.name, 'the same bits']);
        continue;
      }
      const mended = await equalBits(tools, network, DETERMINISTIC);
      findings.row([
        network.name,
        `other bits; with TF_DETERMINISTIC_OPS=1 ${mended ? 'the same' : 'other ones, too'}`,
      ]);
      findings.fail(`${network.name} does not give the same bits twice.`);
    }
  },
};

async function equalBits(
  tools: CheckTools,
  network: JudgedNetwork,
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  const hashes: string[] = [];
  // One after the other: two processes at once would share the card.
  for (let run = 0; run < 2; run++) {
    const process = tools.openChecked(environment);
    await process.ask('open', { network });
    hashes.push((await process.ask('bits', { steps: STEPS })).hash);
    process.end();
  }
  return hashes[0] === hashes[1];
}
