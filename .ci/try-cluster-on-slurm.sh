#!/bin/bash
# Runs a search as two tasks of a real Slurm (a controller and a node on this machine), first one the chief and one
# its worker, then both as a ring, and compares the last checkpoints with that of one process. Everything is in a network
# namespace with loopback addresses only, and gone afterwards.
#
#   npm run build && bash .ci/try-cluster-on-slurm.sh
#
# Needs Linux, root, and Slurm with MUNGE, on Debian: apt-get install --no-install-recommends slurm-wlm munge
set -euo pipefail

if [ "${1:-}" != inside ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  namespaces="--net --uts --mount --pid --fork --kill-child --mount-proc"
  unshare $namespaces bash "$0" inside "$folder"
  exit
fi

here=$(cd "$(dirname "$0")/.." && pwd)
cd "$2"
main=$here/dist/cli/main.js

ip link set lo up
ip addr add 10.99.0.1/32 dev lo # Slurm finds no host if there is no address besides 127.0.0.1
echo '127.0.0.1 localhost node1' > hosts
mount --bind hosts /etc/hosts
hostname node1

chmod 711 .
mkdir -m 711 munge
mkdir state spool
head -c 1024 /dev/urandom > munge/key
chmod 400 munge/key
chown -R munge:munge munge
cat > slurm.conf << CONFIGURATION
ClusterName=try
SlurmctldHost=node1(127.0.0.1)
AuthInfo=socket=$PWD/munge/socket
SlurmUser=root
StateSaveLocation=$PWD/state
SlurmdSpoolDir=$PWD/spool
SlurmctldPidFile=$PWD/slurmctld.pid
SlurmdPidFile=$PWD/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName=node1 NodeAddr=127.0.0.1 CPUs=2 RealMemory=2000
PartitionName=main Nodes=node1 Default=YES State=UP
CONFIGURATION
export SLURM_CONF=$PWD/slurm.conf
runuser -u munge -- munged --force --key-file="$PWD/munge/key" --socket="$PWD/munge/socket" \
  --pid-file="$PWD/munge/pid" --log-file="$PWD/munge/log" --seed-file="$PWD/munge/seed"
slurmctld -D > slurmctld.log 2>&1 &
slurmd -D > slurmd.log 2>&1 &
until sinfo -h -t idle -o %D 2> /dev/null | grep -q 1; do sleep 0.2; done

export TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1
node --input-type=module -e "
import { writeSample } from '$here/dist/index.js';
await writeSample({ root: 'sample', width: 128, height: 64, counts: { train: 8, val: 2 } });"
search="search --data sample --root sample --preset tiny --epochs 2 --replicas 2 --no-tensorboard"
srun --ntasks=2 --kill-on-bad-exit=1 --label node "$main" $search --out slurm --cluster slurm
srun --ntasks=2 --kill-on-bad-exit=1 --label node "$main" $search --out ring --ring slurm
node "$main" $search --out alone
node --input-type=module -e "
import { deepStrictEqual } from 'node:assert';
import { runs } from '$here/dist/index.js';
const [one, ...others] = await Promise.all(['alone', 'slurm', 'ring'].map(async (name) => {
  const { checkpoint } = await runs.latestCheckpoint(name + '/checkpoints');
  return checkpoint.groups;
}));
others.forEach((other) => deepStrictEqual(one, other));
console.log('the last checkpoints of chief and worker and of the ring equal that of one process, bit for bit');"
