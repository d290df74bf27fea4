/** What was found of the way from TensorFlow to a card. */
export interface GpuSetUp {
  readonly variant: 'cpu' | 'gpu';
  /** Of TensorFlow. */
  readonly version: string;
  readonly usesGpu: boolean;
  /** As the driver or the processor's maker names it. */
  readonly device: string;
  /** The form of graphs that was chosen for the card; null on a processor. */
  readonly form: string | null;
  /** The version of NVIDIA's driver; null where none is loaded. */
  readonly driver: string | null;
  /** The first card that the driver shows; null where it shows none, or nvidia-smi is missing. */
  readonly card: string | null;
  /** Of the libraries that TensorFlow opens, those that cannot be opened. */
  readonly missingLibraries: readonly string[];
  /** The variable that hides cards; null where it is not set. */
  readonly visibleDevices: string | null;
  /** How the CUDA build is set up here. */
  readonly setUpCommand: string;
}

export interface GpuLack {
  readonly what: string;
  /** What to do about it. */
  readonly mend: string;
}

const DRIVER_LIBRARY = 'libcuda.so.1';

/** What keeps TensorFlow from a card, in the order in which it is mended; empty where it uses one. */
export function gpuLacks(setUp: GpuSetUp): readonly GpuLack[] {
  if (setUp.usesGpu) return [];
  const { driver, variant, missingLibraries, visibleDevices, setUpCommand } = setUp;
  const lacks: GpuLack[] = [];
  if (driver === null) {
    lacks.push({
      what: "NVIDIA's driver is not loaded",
      mend: 'install it (Debian and Ubuntu: `sudo apt-get install nvidia-driver`, then restart); in a container, start that with `--gpus all`',
    });
  } else if (missingLibraries.includes(DRIVER_LIBRARY)) {
    lacks.push({
      what: `The driver is loaded, but its library ${DRIVER_LIBRARY} is not found`,
      mend: 'install the library of the same version (Debian and Ubuntu: `sudo apt-get install libcuda1`); in a container, start that with `--gpus all`',
    });
  }
  if (variant === 'cpu') {
    lacks.push({ what: 'The CPU build of TensorFlow is installed', mend: `run \`${setUpCommand}\`` });
  } else {
    const others = missingLibraries.filter((library) => library !== DRIVER_LIBRARY);
    if (others.length > 0)
      lacks.push({ what: `CUDA's libraries are incomplete: ${others.join(', ')}`, mend: `run \`${setUpCommand}\`` });
  }
  if (visibleDevices !== null) {
    lacks.push({
      what: `CUDA_VISIBLE_DEVICES is "${visibleDevices}"`,
      mend: 'unset it, or name a card that `nvidia-smi` lists',
    });
  }
  if (lacks.length > 0) return lacks;
  return [
    {
      what: 'Driver and libraries are there, but TensorFlow finds no card that it can use',
      mend: 'run `nvidia-smi`: it has to list a card of compute capability 6.0 or newer, and a driver of version 525 or newer',
    },
  ];
}
