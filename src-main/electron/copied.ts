import electron from 'electron';

/** What Electron had before version 40, and its stand-in in tests has. */
interface OlderClipboard {
  writeImage(image: Electron.NativeImage): void;
}

/** Puts an image, the bytes of a PNG file, on the system's clipboard. */
export async function copyImage(png: Uint8Array<ArrayBuffer>): Promise<void> {
  const { clipboard, nativeImage, ClipboardItem } = electron;
  const older: object = clipboard;
  if (hasWriteImage(older)) older.writeImage(nativeImage.createFromBuffer(Buffer.from(png)));
  else await clipboard.write([new ClipboardItem({ 'image/png': new Blob([png], { type: 'image/png' }) })]);
}

function hasWriteImage(clipboard: object): clipboard is OlderClipboard {
  return 'writeImage' in clipboard;
}

/** Puts a text on the system's clipboard. */
export async function copyPlainText(text: string): Promise<void> {
  await electron.clipboard.writeText(text);
}
