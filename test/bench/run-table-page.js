// @ts-nocheck: it runs in the page, whose types the tests do not have.

/** Scrolls so many pixels a frame from top to bottom, and looks at each frame as it will be painted. */
async function scrollThrough(pixels) {
  const scroller = document.querySelector('[role="grid"]').parentElement;
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  scroller.scrollTop = 0;
  await frame();
  await frame();
  const { left, top, height } = scroller.getBoundingClientRect();
  const isBlank = () => {
    // Below the header, and above the scroll bar.
    for (let y = top + 34; y < top + height - 20; y += 28) {
      if (!document.elementFromPoint(left + 60, y)?.closest('[data-row]')) return true;
    }
    return false;
  };
  const times = [];
  let blank = 0;
  let before = await frame();
  while (scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 1) {
    scroller.scrollTop += pixels;
    if (isBlank()) blank += 1;
    const now = await frame();
    times.push(now - before);
    before = now;
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { frames: times.length, blank, medianMs: at(0.5), p95Ms: at(0.95), mostMs: at(1) };
}

/** Types a filter key by key; ms from each key to after the frame that shows what it found. */
async function typeFilter(filter) {
  const input = document.querySelector('[role="combobox"]');
  const times = [];
  for (let length = 1; length <= filter.length; length += 1) {
    const at = performance.now();
    input.value = filter.slice(0, length);
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times.push(performance.now() - at);
  }
  return times;
}

Object.assign(globalThis, { scrollThrough, typeFilter });
