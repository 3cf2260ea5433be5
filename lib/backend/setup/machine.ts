/** Which form of TensorFlow a machine can use. */

/** A form of TensorFlow's C library: for the CPU alone, or for an NVIDIA GPU as well. */
export type Variant = 'cpu' | 'gpu';

/** What to do on Windows, whose wheels of TensorFlow hold no C library. */
export const WINDOWS_ADVICE = 'on Windows use wasm, or run everything inside WSL2';

/** How TensorFlow's wheels name things on one kind of machine. */
export interface WheelTarget {
  /** Operating system and processor, for example `linux-x64`. */
  readonly machine: string;
  /** The package on PyPI for each variant; a variant that is absent has no wheel. */
  readonly packages: Readonly<Partial<Record<Variant, string>>>;
  /** Platform tags of the wheels, for a Python other than the machine's. */
  readonly platforms: readonly string[];
  /** Files of the C library, the one to link first. */
  readonly libraries: readonly string[];
}

const LINUX_LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

const TARGETS: readonly WheelTarget[] = [
  {
    machine: 'linux-x64',
    packages: { cpu: 'tensorflow-cpu', gpu: 'tensorflow' },
    platforms: ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
    libraries: LINUX_LIBRARIES,
  },
  {
    machine: 'linux-arm64',
    packages: { cpu: 'tensorflow' },
    platforms: ['manylinux_2_27_aarch64', 'manylinux_2_17_aarch64', 'manylinux2014_aarch64'],
    libraries: LINUX_LIBRARIES,
  },
  {
    machine: 'darwin-arm64',
    packages: { cpu: 'tensorflow' },
    platforms: ['macosx_12_0_arm64', 'macosx_11_0_arm64'],
    libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
  },
];

/** The wheel's names on this kind of machine; undefined where no wheel holds the C library. */
export function wheelTarget(
  platform: string = process.platform,
  architecture: string = process.arch,
): WheelTarget | undefined {
  return TARGETS.find(({ machine }) => machine === `${platform}-${architecture}`);
}
