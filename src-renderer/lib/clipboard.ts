import { AppError } from '#core/errors.ts';

/**
 * Puts a text on the clipboard, in the event of a click or a key. By a copy event of our own: the page is denied every
 * permission, the one that `navigator.clipboard` needs too. Throws an AppError that says how else one copies it.
 */
export async function copyText(text: string): Promise<void> {
  const write = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };
  document.addEventListener('copy', write, { capture: true, once: true });
  const isCopied = document.execCommand('copy');
  document.removeEventListener('copy', write, { capture: true });
  if (!isCopied) {
    throw new AppError('unavailable', 'The clipboard cannot be reached: mark the text and copy it by the keys.');
  }
}
