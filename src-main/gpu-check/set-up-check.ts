import { gpuLacks } from '#core/gpu-check/gpu-set-up.ts';
import type { GpuCheck } from './check.ts';

export const setUpCheck: GpuCheck = {
  id: 'set-up',
  title: 'Set-up',
  needsCard: false,
  seconds: () => 1,
  async run({ setUp, isRehearsal }, findings) {
    for (const { what, mend } of gpuLacks(setUp)) {
      const sentence = `${what}: ${mend}.`;
      if (isRehearsal) findings.say(sentence);
      else findings.fail(sentence);
    }
    findings.columns(['', 'found']);
    findings.row(['TensorFlow', `${setUp.version}, the ${setUp.variant === 'gpu' ? 'CUDA' : 'CPU'} build`]);
    findings.row(['computes on', setUp.device]);
    findings.row(['form of graphs', setUp.form ?? 'the only one of a processor']);
    findings.row(["NVIDIA's driver", setUp.driver ?? 'none']);
    findings.row(['card', setUp.card ?? 'none']);
    if (setUp.variant === 'gpu')
      findings.row(['libraries that cannot be opened', setUp.missingLibraries.join(', ') || 'none']);
  },
};
