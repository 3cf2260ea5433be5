/** Names of devices: `gpu:1` as users write it, `/device:GPU:1` as TensorFlow does. */
import { usesGpu } from '../ops/native-kernels.js';

/** The form of a device's name. */
const DEVICE_NAME = /^(cpu|gpu):(\d{1,2})$/;

/** Whether a text names a device of this machine, such as `gpu:1`. */
export function isDeviceName(text: string): boolean {
  return DEVICE_NAME.test(text);
}

/** TensorFlow's name of a device of this process. */
export function deviceOf(name: string): string {
  return `/device:${name.toUpperCase()}`;
}

/** The device of each replica: as many replicas one after the other on each as there have to be. */
export function devicesOfReplicas(
  devices: readonly string[],
  count: number,
): readonly (string | undefined)[] {
  return Array.from(
    { length: count },
    (_, k): string | undefined => devices[Math.floor((k * devices.length) / count)],
  );
}

/** How many devices the processor of this machine has to be for some names. */
export function cpuCount(devices: readonly string[]): number {
  const numbers = devices.map((device) => Number(/CPU:(\d+)$/.exec(device)?.[1] ?? 0));
  return 1 + Math.max(0, ...numbers);
}

/**
 * The hardware behind a device, by name: devices of it share cores and memory. Each GPU is one, and the
 * processor of a machine, however many devices it is.
 */
export function hardwareOf(device = ''): string {
  return device.replace(/CPU:\d+$/, 'CPU');
}

/** A line if GPUs are named where this process has none, since TensorFlow then takes the processor. */
export function deviceNotes(names: readonly string[] | null): readonly string[] {
  const gpus = (names ?? []).filter((name) => name.startsWith('gpu'));
  return gpus.length === 0 || usesGpu()
    ? []
    : [
        `devices ${gpus.join(', ')}: this process has no GPU, and the processor computes in their place; ` +
          'npx autodeeplab doctor says what is missing',
      ];
}
