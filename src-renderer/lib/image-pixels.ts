/** Bytes in base64, [height, width, channels], as an opaque RGBA image for a canvas. */
export function rgbaPixels(base64: string, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const rgba = new Uint8ClampedArray((bytes.length / channels) * 4);
  for (let pixel = 0; pixel * channels < bytes.length; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgba[pixel * 4 + channel] = bytes[pixel * channels + Math.min(channel, channels - 1)] ?? 0;
    }
    rgba[pixel * 4 + 3] = 255;
  }
  return rgba;
}
