// Runs trials on a real Slurm: a controller and two nodes on this machine, which listen on the loopback
// address only and are gone afterwards. A search is requeued in its middle, the node of another one dies;
// both must end as searches that nothing interrupted. A third is
// stopped by its time limit and resumes.
//
//   npm run build && node .ci/try-slurm.mjs
//
// Needs Linux, root, and Slurm with MUNGE, on Debian: apt-get install --no-install-recommends slurm-wlm munge
import { Buffer } from 'node:buffer';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import console from 'node:console';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { readHistory, runs, writeSample } from '../dist/index.js';

const SEEDS = [1, 2];
const EPOCHS = 8;
const PATIENCE_MS = 400_000;
const NODES = [1, 2];
const MAIN = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');

const missing = ['slurmctld', 'slurmd', 'munged', 'sbatch', 'unshare'].filter(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
);
if (process.platform !== 'linux' || process.getuid?.() !== 0 || missing.length > 0) {
  const why = missing.length > 0 ? `no ${missing.join(', ')}` : `${process.platform}, not as root`;
  console.log(`skipped: expected Linux, root, and Slurm with MUNGE installed, got ${why}`);
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'autodeeplab-slurm-'));
const children = [];
const munge = join(folder, 'munge');

function fail(text) {
  throw new Error(text);
}

/** Waits until something holds. */
async function until(what, holds) {
  const start = Date.now();
  while (!(await holds())) {
    if (Date.now() - start > PATIENCE_MS) {
      fail(`expected ${what} within ${PATIENCE_MS / 1000} s, got nothing of it`);
    }
    await sleep(250);
  }
  console.log(`${what} (${Math.round((Date.now() - start) / 1000)} s)`);
}

const textOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

function configuration() {
  const nodes = NODES.map(
    (i) =>
      `NodeName=node${i} NodeHostname=node${i} NodeAddr=127.0.0.1 Port=1682${i} CPUs=1 RealMemory=2000`,
  );
  return `ClusterName=try
SlurmctldHost=control(127.0.0.1)
SlurmctldPort=16817
AuthInfo=socket=${munge}/socket
SlurmUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
${nodes.join('\n')}
PartitionName=main Nodes=node1,node2 Default=YES MaxTime=INFINITE State=UP
`;
}

/** Starts a daemon as on a host of its own: a name, its own view of /etc/hosts, and processes of its own. */
function startHost(name, command) {
  const log = openSync(join(folder, `${name}.log`), 'a');
  const script = `mount --bind ${folder}/hosts /etc/hosts && hostname ${name} && exec ${command}`;
  const own = ['--uts', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('unshare', [...own, 'sh', '-c', script], {
    stdio: ['ignore', log, log],
    env: { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') },
  });
  children.push(child);
  return child;
}

function startCluster() {
  chmodSync(folder, 0o711);
  mkdirSync(munge, { mode: 0o711 });
  mkdirSync(join(folder, 'state'));
  const [user, group] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'munge'], { encoding: 'utf8' })),
  );
  writeFileSync(join(munge, 'key'), randomBytes(1024), { mode: 0o400 });
  chownSync(join(munge, 'key'), user, group);
  chownSync(munge, user, group);
  writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost control node1 node2\n');
  writeFileSync(join(folder, 'slurm.conf'), configuration());
  const files = {
    key: 'key',
    socket: 'socket',
    'pid-file': 'pid',
    'log-file': 'log',
    'seed-file': 'seed',
  };
  const flags = Object.entries(files).map(
    ([flag, name]) => `--${flag.replace('key', 'key-file')}=${munge}/${name}`,
  );
  const options = { stdio: 'ignore', uid: user, gid: group };
  children.push(spawn('munged', ['--foreground', '--force', ...flags], options));
  startHost('control', 'slurmctld -D');
  return NODES.map((i) => startHost(`node${i}`, 'slurmd -D'));
}

/** Runs a program of Slurm; gives what it printed, or undefined if it failed. */
function slurm(program, ...args) {
  const env = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') };
  const { status, stdout } = spawnSync(program, args, { env, encoding: 'utf8', cwd: folder });
  return status === 0 ? stdout.trim() : undefined;
}

const isPending = (task) =>
  slurm('scontrol', 'show', 'job', task)?.includes('JobState=PENDING') ?? false;

/** Writes a script for searches on rendered images; gives its file. */
function trials(scheduler, out, seeds, epochs, ...options) {
  const args = ['trials', '--seeds', seeds.join(), '--for', scheduler, '--out', out, '--cpus', '1'];
  const data = ['--data', 'sample', '--root', join(folder, 'sample'), '--preset', 'tiny'];
  const search = ['--', 'search', ...data, '--epochs', String(epochs)];
  const script = execFileSync(process.execPath, [MAIN, ...args, ...options, ...search], {
    encoding: 'utf8',
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  writeFileSync(`${out}.sh`, script);
  return `${out}.sh`;
}

/** What a search came to: its losses, scores, α and β, and every number of its last checkpoint. */
async function resultOf(run) {
  const { rows } = await readHistory(join(run, 'history.arrow'));
  const { checkpoint } = await runs.latestCheckpoint(join(run, 'checkpoints'));
  const numbers = rows.map(({ kind, step, loss, architectureLoss, meanIou, alpha, beta }) => {
    return [kind, step, loss, architectureLoss, meanIou, alpha && [...alpha], beta && [...beta]];
  });
  const arrays = Object.entries(checkpoint.groups).flatMap(([group, some]) =>
    Object.entries(some).map(([name, { data }]) => [
      `${group}/${name}`,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    ]),
  );
  return { numbers: JSON.stringify(numbers), arrays: JSON.stringify(arrays.sort()) };
}

/** The time limit sends a task back into the queue, `scancel` does not. */
async function tryLimit() {
  const out = join(folder, 'limited');
  const script = trials('slurm', out, [3], 500, '--memory', '1', '--time', '1');
  const job = slurm('sbatch', '--parsable', '--signal=B:TERM@45', script);
  const log = join(out, 'slurm-1.log');
  const stops = () => textOf(log).split('interrupted; resume with').length - 1;
  await until('seed 3 is stopped before its time limit', () => stops() === 1);
  await until('seed 3 is in the queue again', () => isPending(`${job}_1`));
  slurm('scontrol', 'update', `jobid=${job}_1`, 'TimeLimit=60', 'StartTime=now');
  await until('seed 3 is resumed', () => /resumed after step \d+[^]*\nepoch/.test(textOf(log)));
  slurm('scancel', job);
  await until('seed 3 is stopped by scancel', () => stops() === 2);
  await until('seed 3 is not in the queue', () => slurm('squeue', '-h') === '');
}

async function tryTrials() {
  await writeSample({
    root: join(folder, 'sample'),
    width: 256,
    height: 128,
    counts: { train: 16, val: 4 },
  });
  const [out, reference] = ['on Slurm', 'alone'].map((name) => join(folder, name));
  const alone = trials('shell', reference, SEEDS, EPOCHS);
  execFileSync('sh', [alone], { stdio: ['ignore', 'inherit', 'inherit'] });

  const nodes = startCluster();
  await until('two idle nodes', () => slurm('sinfo', '-h', '-t', 'idle', '-o', '%D') === '2');
  const script = trials('slurm', out, SEEDS, EPOCHS, '--memory', '1');
  const job = slurm('sbatch', '--parsable', script) ?? fail('sbatch refused the script');
  const [log1, log2] = SEEDS.map((_, i) => join(out, `slurm-${i + 1}.log`));
  const nodeOf = (task) => slurm('squeue', '-h', '-j', `${job}_${task}`, '-o', '%N') ?? '';

  await until('seed 1 is in its third epoch', () => textOf(log1).includes(`epoch 2/${EPOCHS}`));
  slurm('scontrol', 'requeue', `${job}_1`);
  await until('seed 1 is saved', () => textOf(log1).includes('interrupted; resume with'));
  await until('seed 1 is in the queue again', () => isPending(`${job}_1`));
  await until('seed 2 is in its third epoch', () => textOf(log2).includes(`epoch 2/${EPOCHS}`));
  const dead = nodeOf(2);
  nodes[NODES.findIndex((i) => dead === `node${i}`)].kill('SIGKILL');
  slurm('scontrol', 'update', `nodename=${dead}`, 'state=down', 'reason=died');
  await until('seed 2 is in the queue again', () => isPending(`${job}_2`));
  const { host, job: left } = JSON.parse(textOf(join(out, 'seed-2', 'run.lock')));
  console.log(
    `${dead} died; it left the lock of ${host}, job "${left.id}", start ${left.restart + 1}`,
  );
  for (const task of [1, 2]) {
    slurm('scontrol', 'update', `jobid=${job}_${task}`, 'StartTime=now'); // not in two minutes
  }
  const isDone = (seed) => {
    const ended = textOf(join(out, `seed-${seed}.ended`));
    if (/^\d/.test(ended) && !/^(0|143) /.test(ended)) {
      fail(`expected seed ${seed} to resume, got exit code ${ended}`);
    }
    return ended.startsWith('0 ');
  };
  await until('both searches are done', () => SEEDS.every(isDone));
  for (const log of [log1, log2]) {
    if (!/resumed after step \d+/.test(textOf(log)) || !textOf(log).includes('start 2')) {
      fail(`expected in ${log} a second start that resumes the search, got\n${textOf(log)}`);
    }
  }
  for (const seed of SEEDS) {
    const [one, other] = await Promise.all(
      [out, reference].map((where) => resultOf(join(where, `seed-${seed}`))),
    );
    if (one.numbers !== other.numbers || one.arrays !== other.arrays) {
      fail(`seed ${seed}: expected the numbers of a search that nothing interrupted, got others`);
    }
    console.log(
      `seed ${seed}: history and last checkpoint equal those of the uninterrupted search`,
    );
  }
  await tryLimit();
  execFileSync(process.execPath, [MAIN, 'collect', out, '--no-figures'], { stdio: 'inherit' });
}

try {
  await tryTrials();
} catch (error) {
  for (const name of [
    'control',
    'node1',
    'node2',
    'on Slurm/slurm-1',
    'on Slurm/slurm-2',
    'limited/slurm-1',
  ]) {
    console.error(
      `== ${name}\n${textOf(join(folder, `${name}.log`))
        .split('\n')
        .slice(-12)
        .join('\n')}`,
    );
  }
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const child of children.reverse()) {
    child.kill('SIGKILL');
  }
  await sleep(500); // the nodes' processes end with them
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
