import { countedNoun } from '#core/analysis/quantity.ts';

/** Brock et al. 2017, equation 1, with the factor ½ that is missing in print. */
export const COSINE_OF_EACH_LAYER =
  'A layer with freeze time t_i = S r_i trains at the rate lr_i(j) = ½ lr_i(0) (1 + cos(π j / t_i)), set before every step, and freezes at the first step with j > t_i.';

/** Says at which rate each layer starts. */
export function startRateText(scaled: boolean): string {
  return scaled ? 'lr_i(0) = a / r_i (scaled)' : 'lr_i(0) = a (plain)';
}

/** "17 layers before the head (stem to layer4.1)": the layers that can be frozen. */
export function freezableText(layerNames: readonly string[]): string {
  const freezable = layerNames.slice(0, -1);
  const names = freezable.length > 1 ? `${freezable[0]} to ${freezable.at(-1)}` : freezable[0];
  return `${countedNoun(freezable.length, 'layer')} before the head (${names})`;
}

/** 1 - 0.8 is 0.2 on paper, and not quite in doubles. */
export function complementText(share: number): string {
  return String(Number((1 - share).toFixed(12)));
}
