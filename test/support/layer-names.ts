/** Names of so many layers, as a policy's context has them. */
export function layerNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, layer) => `layer${layer}`);
}
