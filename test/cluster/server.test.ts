import { describe, expect, it } from 'vitest';
import { devicesForReplicas } from '../../lib/training/cluster-of-run.js';
import { serverDef } from '../../lib/cluster/server.js';

const hexOf = (text: string) => Buffer.from(text).toString('hex');

describe('serverDef', () => {
  it('is a serialised ServerDef', () => {
    const bytes = serverDef({
      cluster: { chief: 'a:1', workers: ['b:2', 'c:3'] },
      job: 'worker',
      task: 1,
      threads: { intra: 3, inter: 2 },
    });
    // By hand from tensorflow_server.proto: cluster { job { name, tasks { key, value } } … }, job_name,
    // task_index, default_session_config { 2: intra, 5: inter }, protocol.
    const task = (number: string, address: string) => `120708${number}1203${hexOf(address)}`;
    const chief = `0a10` + `0a05${hexOf('chief')}` + task('00', 'a:1');
    const workers = `0a1a` + `0a06${hexOf('worker')}` + task('00', 'b:2') + task('01', 'c:3');
    const expected =
      `0a2e${chief}${workers}` +
      `1206${hexOf('worker')}` +
      '1801' +
      '220410032802' +
      `2a04${hexOf('grpc')}`;
    expect(Buffer.from(bytes).toString('hex')).toBe(expected);
  });
});

describe('devicesForReplicas', () => {
  const named = (task: string, device: string) =>
    `/job:${task.replace(' ', '/replica:0/task:')}/device:${device}`;

  it('takes processors, and the GPUs of a process that has some', () => {
    const names = [
      named('chief 0', 'CPU:0'),
      named('worker 0', 'CPU:0'),
      named('worker 0', 'GPU:0'),
      named('worker 0', 'GPU:1'),
      named('worker 1', 'CPU:0'),
      named('worker 1', 'XLA_CPU:0'),
    ];
    expect(devicesForReplicas(names)).toEqual([names[0], names[2], names[3], names[4]]);
  });
});
