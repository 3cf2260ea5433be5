import { describe, expect, it } from 'vitest';
import {
  cpuCount,
  deviceNotes,
  deviceOf,
  devicesOfReplicas,
  hardwareOf,
  isDeviceName,
} from '../../lib/runtime/devices.js';

describe('names of devices', () => {
  it('are those of processors and GPUs', () => {
    expect(['cpu:0', 'gpu:12'].every(isDeviceName)).toBe(true);
    expect(['gpu', 'gpu:', 'GPU:0', 'tpu:0', 'cpu:0 ', '/gpu:0'].some(isDeviceName)).toBe(false);
    expect(deviceOf('gpu:1')).toBe('/device:GPU:1');
  });

  it('are shared by replicas in turn, as many on each as there have to be', () => {
    expect(devicesOfReplicas(['a', 'b'], 2)).toEqual(['a', 'b']);
    expect(devicesOfReplicas(['a', 'b'], 4)).toEqual(['a', 'a', 'b', 'b']);
    expect(devicesOfReplicas(['a', 'b'], 3)).toEqual(['a', 'a', 'b']);
    expect(devicesOfReplicas(['a'], 2)).toEqual(['a', 'a']);
    expect(devicesOfReplicas([], 2)).toEqual([undefined, undefined]);
  });

  it('say how many devices a processor is, and what shares its memory', () => {
    expect(cpuCount(['/device:GPU:3'])).toBe(1);
    expect(cpuCount(['/device:CPU:0', '/device:CPU:2'])).toBe(3);
    expect(hardwareOf('/device:CPU:1')).toBe(hardwareOf('/device:CPU:0'));
    expect(hardwareOf('/device:GPU:1')).not.toBe(hardwareOf('/device:GPU:0'));
    expect(hardwareOf('/job:a/task:1/device:CPU:0')).not.toBe(
      hardwareOf('/job:a/task:0/device:CPU:0'),
    );
    expect(hardwareOf()).toBe('');
  });

  it('are told of where there is no GPU', () => {
    expect(deviceNotes(['gpu:0', 'cpu:0', 'gpu:1'])).toEqual([
      expect.stringMatching(/^devices gpu:0, gpu:1: this process has no GPU/),
    ]);
    expect(deviceNotes(['cpu:0', 'cpu:1'])).toEqual([]);
    expect(deviceNotes(null)).toEqual([]);
  });
});
