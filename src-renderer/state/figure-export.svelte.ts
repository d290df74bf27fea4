import { z } from 'zod';
import type { PageClient } from '#contract/client.ts';
import type { Saved } from '#contract/desktop.ts';
import type { FigureFormat, FigureLayout, FigureRequest } from '#core/figure/figure-request.ts';
import { FIGURE_FORMATS, figureLayoutSchema } from '#core/figure/figure-request.ts';
import type { TypedNumber } from '../lib/number-text.ts';

/** Where the last layout is kept. */
const DRAFT = 'figure-export';
const keptSchema = z.strictObject({ format: z.enum(FIGURE_FORMATS), layout: figureLayoutSchema });

/** While one types, the preview waits this long for the next key. */
const PREVIEW_DELAY_MS = 250;

export interface FigurePreview {
  /** The address of the image. */
  readonly url: string;
  readonly caption: string;
  /** What the figure does not show as it should. */
  readonly warnings: readonly string[];
}

type LayoutName = 'widthMm' | 'heightMm' | 'fontPt';
/** The layout as it was typed: a number may be missing or unfinished. */
type TypedLayout = Omit<FigureLayout, LayoutName> & Readonly<Record<LayoutName, TypedNumber>>;

/** The export of one figure: its format and layout, and the very drawing that would be saved. */
export class FigureExport {
  #format = $state<FigureFormat>('svg');
  #layout = $state.raw<TypedLayout>(figureLayoutSchema.parse({}));
  #preview = $state.raw<FigurePreview | null>(null);
  #previewError = $state.raw<unknown>(null);
  #isDrawing = $state(false);
  #isSaving = $state(false);
  readonly #checked = $derived(figureLayoutSchema.safeParse(this.#layout));
  readonly #faults = $derived(faultsOf(this.#checked.error));
  readonly #api: Pick<PageClient, 'desktop' | 'drafts'>;
  readonly #figure: FigureRequest;
  readonly #title: string | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawing = 0;
  #hasEnded = false;

  /** `title` is the name under which a comparison is kept; null for other figures. */
  constructor(api: Pick<PageClient, 'desktop' | 'drafts'>, figure: FigureRequest, title: string | null = null) {
    this.#api = api;
    this.#figure = figure;
    this.#title = title;
  }

  get format(): FigureFormat {
    return this.#format;
  }

  set format(format: FigureFormat) {
    this.#format = format;
  }

  get layout(): TypedLayout {
    return this.#layout;
  }

  /** The last one that could be drawn; null before the first. */
  get preview(): FigurePreview | null {
    return this.#preview;
  }

  get previewError(): unknown {
    return this.#previewError;
  }

  get isDrawing(): boolean {
    return this.#isDrawing;
  }

  get isSaving(): boolean {
    return this.#isSaving;
  }

  /** What is wrong with a number of the layout, by its name. */
  get faults(): Readonly<Partial<Record<LayoutName, string>>> {
    return this.#faults;
  }

  get canSave(): boolean {
    return !this.#isSaving && this.#checked.success;
  }

  /** Begins with the layout of the last export. */
  async open(): Promise<void> {
    const { value } = await this.#api.drafts.read({ key: DRAFT }).catch(() => ({ value: null }));
    const kept = keptSchema.safeParse(value);
    if (kept.success) [this.#format, this.#layout] = [kept.data.format, kept.data.layout];
    await this.#draw();
  }

  change(changed: Partial<TypedLayout>): void {
    this.#layout = { ...this.#layout, ...changed };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#draw(), PREVIEW_DELAY_MS);
  }

  /** Null where the user closed the system's dialog. */
  async save(): Promise<Saved> {
    const [format, layout] = [this.#format, this.#checked.data];
    if (layout === undefined) return null;
    this.#isSaving = true;
    try {
      await this.#api.drafts.save({ key: DRAFT, value: { format, layout: { ...layout } } });
      return await this.#api.desktop.saveFigure({ figure: this.#figure, layout, format, title: this.#title });
    } finally {
      this.#isSaving = false;
    }
  }

  close(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    if (this.#preview !== null) URL.revokeObjectURL(this.#preview.url);
  }

  /** The newest layout wins, however long an older one takes. */
  async #draw(): Promise<void> {
    const layout = this.#checked.data;
    if (this.#hasEnded || layout === undefined) return;
    const drawing = ++this.#drawing;
    this.#isDrawing = true;
    try {
      const drawn = await this.#api.desktop.previewFigure({ figure: this.#figure, layout });
      if (drawing === this.#drawing) this.#show(drawn);
    } catch (error) {
      if (drawing === this.#drawing) this.#previewError = error;
    } finally {
      if (drawing === this.#drawing) this.#isDrawing = false;
    }
  }

  #show({ svg, caption, warnings }: Omit<FigurePreview, 'url'> & { readonly svg: string }): void {
    if (this.#hasEnded) return;
    if (this.#preview !== null) URL.revokeObjectURL(this.#preview.url);
    const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
    [this.#preview, this.#previewError] = [{ url, caption, warnings }, null];
  }
}

function faultsOf(error: z.ZodError | undefined): Partial<Record<LayoutName, string>> {
  const names = error?.issues.map(({ path }) => path[0] as LayoutName) ?? [];
  return Object.fromEntries(names.map((name) => [name, LIMITS[name]]));
}

const LIMITS: Readonly<Record<LayoutName, string>> = {
  widthMm: 'From 40 to 400 mm.',
  heightMm: 'From 30 to 400 mm.',
  fontPt: 'From 4 to 24 pt.',
};
