#!/bin/bash
# Slurm with two nodes, n1 and n2, on the loopback of this machine: all of it is in DIR, with a key and ports of its own, and its
# programs are told by SLURM_CONF=DIR/slurm.conf. As root. Debian has what it needs: apt-get install slurm-wlm munge.
#
#   slurm.sh up DIR [CPUS]    start it, with so many processors a node (1); DIR is made, where every user may enter
#   slurm.sh kill DIR NODE    all of a node dies at once, as when its power fails
#   slurm.sh down DIR         end it, and whatever runs in it
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin
command=$1
dir=$(realpath --canonicalize-missing "$2")
export SLURM_CONF=$dir/slurm.conf

# processes are the ids of what writes to some of the logs: the daemons, and each job's slurmstepd.
processes() {
	find /proc/[0-9]*/fd -lname "$dir/$1" 2>/dev/null | cut -d/ -f3 || true # some go while it looks
}

# jobs_of are the ids of what was started in the jobs of a node.
jobs_of() {
	{
		grep --files-with-matches --null-data --line-regexp --fixed-strings "SLURM_CONF=$SLURM_CONF" /proc/[0-9]*/environ |
			xargs --no-run-if-empty grep --files-with-matches --null-data --line-regexp "SLURMD_NODENAME=$1"
	} 2>/dev/null | cut -d/ -f3 || true
}

# until_so waits for a command to succeed, for up to so many tenths of a second.
until_so() {
	local tenths=$1
	shift
	for _ in $(seq "$tenths"); do
		if "$@" >/dev/null 2>&1; then return; fi
		sleep 0.1
	done
	echo "slurm.sh: in vain: $*" >&2
	return 1
}

# ports prints three that nobody listens to.
ports() {
	local base p
	for _ in $(seq 100); do
		base=$((10000 + RANDOM % 20000))
		for p in $base $((base + 1)) $((base + 2)); do
			if (: <"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then continue 2; fi
		done
		echo $base $((base + 1)) $((base + 2))
		return
	done
	return 1
}

configuration() {
	local cpus=$1 controller=$2 n1=$3 n2=$4
	cat <<END
ClusterName=loopback
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$controller
SlurmUser=root
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
# A job that is requeued waits until its last credential has expired, by default two minutes.
AuthInfo=socket=$dir/munge/socket,cred_expire=5
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool-%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd-%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd-%n.log
# No control groups, which belong to the machine.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000,sched_interval=1,bf_interval=1
# These two together decide how long it takes to know that a node is dead: about 20 seconds.
SlurmdTimeout=5
MessageTimeout=5
KillWait=5
ReturnToService=2
# The 40 cells of the test are more than one array.
MaxArraySize=25
# Without accounting a finished job is known for so many seconds only.
MinJobAge=3600
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$n1 CPUs=$cpus State=UNKNOWN
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$n2 CPUs=$cpus State=UNKNOWN
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
END
}

both_idle() { [ "$(sinfo --noheader --Node --states=idle --format=%N | wc -l)" = 2 ]; }

up() {
	local free
	mkdir "$dir" "$dir/munge" "$dir/state"
	chmod 755 "$dir" "$dir/munge"
	(umask 077 && head -c 1024 /dev/urandom >"$dir/munge/key")
	free=$(ports)
	configuration "$1" $free >"$SLURM_CONF"
	trap '[ $? = 0 ] || tail -n 5 "$dir"/*.log >&2' EXIT
	munged --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" --pid-file="$dir/munge/pid" \
		--log-file="$dir/munge/log" --seed-file="$dir/munge/seed"
	slurmctld
	until_so 100 scontrol ping
	for node in n1 n2; do
		slurmd -N $node
	done
	until_so 200 both_idle
}

# killed kills all that a command lists, and fails until it lists nothing.
killed() {
	local left
	left=$("$@" | sort -u)
	[ -n "$left" ] || return 0
	kill -STOP $left 2>/dev/null || true # so that none sees another one die
	kill -KILL $left 2>/dev/null || true
	return 1
}

on_node() {
	processes "slurmd-$1.log"
	jobs_of "$1"
}

anywhere() {
	on_node n1
	on_node n2
	processes slurmctld.log
	processes munge/log
}

case $command in
up) up "${3:-1}" ;;
kill) until_so 100 killed on_node "$3" ;;
down) until_so 100 killed anywhere ;;
*)
	echo "slurm.sh: want up, kill or down" >&2
	exit 2
	;;
esac
