import { describe, expect, it } from 'vitest';
import { devicesForReplicas } from '../../lib/training/cluster-of-run.js';
import { clusterJobs, serverDef } from '../../lib/cluster/server.js';

const hexOf = (text: string) => Buffer.from(text).toString('hex');

describe('serverDef', () => {
  it('is a serialised ServerDef', () => {
    const bytes = serverDef({
      jobs: clusterJobs({ chief: 'a:1', workers: ['b:2', 'c:3'] }),
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

  // By hand from config.proto: experimental (16) { collective_group_leader (1), collective_nccl (7) }.
  it.each([
    ['ring', ''],
    ['nccl', '3801'],
  ] as const)('names the leader of a ring over %s', (hint, more) => {
    const bytes = serverDef({
      jobs: { worker: ['a:1', 'b:2'] },
      job: 'worker',
      task: 1,
      threads: { intra: 1, inter: 1 },
      ring: { tasks: ['/t:0', '/t:1'], hint },
    });
    const experimental = `0a04${hexOf('/t:0')}${more}`;
    const length = (hex: string) => (hex.length / 2).toString(16).padStart(2, '0');
    const config = `10012801` + `8201${length(experimental)}${experimental}`;
    expect(Buffer.from(bytes).toString('hex')).toContain(`22${length(config)}${config}2a04`);
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
