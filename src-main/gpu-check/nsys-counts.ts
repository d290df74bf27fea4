import { z } from 'zod';

/** What NVIDIA's profiler has counted of a whole process. */
export interface GpuCounts {
  readonly kernels: number;
  readonly copiesIn: number;
  readonly copiesOut: number;
}

/** Its two reports, as `nsys stats --format json` writes them; other columns are not looked at. */
const kernelsSchema = z.array(z.object({ Instances: z.coerce.number() }));
const copiesSchema = z.array(z.object({ Count: z.coerce.number(), Operation: z.string() }));

export const KERNEL_REPORT = 'cuda_gpu_kern_sum';
export const COPY_REPORT = 'cuda_gpu_mem_size_sum';

/** Sums up both reports. Throws where they are not such lists. */
export function gpuCounts(kernelReport: string, copyReport: string): GpuCounts {
  const kernels = kernelsSchema.parse(JSON.parse(kernelReport));
  const copies = copiesSchema.parse(JSON.parse(copyReport));
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  // "[CUDA memcpy HtoD]", and in newer versions "[CUDA memcpy Host-to-Device]".
  const copied = (direction: RegExp) =>
    sum(copies.filter(({ Operation }) => direction.test(Operation)).map(({ Count }) => Count));
  return {
    kernels: sum(kernels.map(({ Instances }) => Instances)),
    copiesIn: copied(/HtoD|Host-to-Device/i),
    copiesOut: copied(/DtoH|Device-to-Host/i),
  };
}

/** The counts of a step, from a process that made `fewer` steps and one that made `more`: what both do besides is in neither. */
export function countsPerStep(
  { counts, steps }: CountedSteps,
  { counts: more, steps: moreSteps }: CountedSteps,
): GpuCounts {
  const perStep = (name: keyof GpuCounts) => (more[name] - counts[name]) / (moreSteps - steps);
  return { kernels: perStep('kernels'), copiesIn: perStep('copiesIn'), copiesOut: perStep('copiesOut') };
}

interface CountedSteps {
  readonly counts: GpuCounts;
  readonly steps: number;
}
