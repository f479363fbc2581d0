#!/usr/bin/env bash
# What `edgectl init` is measured against: the least that makes the same cluster, by hand, with OpenSSH in parallel.
# It checks nothing, keeps nothing and mends nothing.
#   oracle.sh SSH_CONFIG RELEASE_FOLDER CONTROL MASTER_1 MASTER_2 WORKER...
set -euo pipefail
ssh_config=$1 release=$2 witness=$3 first=$4 second=$5
workers=("${@:6}")
nodes=("$first" "$second" "$witness" "${workers[@]}")
images=/var/lib/rancher/k3s/agent/images

secret() { od -An -tx1 -N24 /dev/urandom | tr -d ' \n'; }
token=$(secret)
agent_token=$(secret)

on() { ssh -F "$ssh_config" "$@"; }
trap 'for node in "${nodes[@]}"; do on -O exit "$node" 2>/dev/null || true; done' EXIT

unit_of() { case " ${workers[*]} " in *" $1 "*) echo k3s-agent ;; *) echo k3s ;; esac; }

config() {
  echo "node-ip: $1"
  if [ "$(unit_of "$1")" = k3s-agent ]; then
    printf '%s\n' "token: $agent_token" "server: https://$first:6443"
    return
  fi
  printf '%s\n' "token: $token" "agent-token: $agent_token" "advertise-address: $1" \
    'flannel-backend: host-gw' 'write-kubeconfig-mode: "0600"' "tls-san: [$first, $second]"
  if [ "$1" = "$first" ]; then echo 'cluster-init: true'; else echo "server: https://$first:6443"; fi
  if [ "$1" = "$witness" ]; then
    printf '%s\n' 'disable-apiserver: true' 'disable-controller-manager: true' 'disable-scheduler: true' \
      'node-taint: ["edgectl.io/witness=true:NoExecute"]'
  fi
}

unit() {
  local command=server type=notify
  [ "$(unit_of "$1")" = k3s ] || command=agent type=exec
  cat <<UNIT
[Unit]
Wants=network-online.target
After=network-online.target
[Service]
Type=$type
KillMode=process
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/k3s $command
[Install]
WantedBy=multi-user.target
UNIT
}

put() { on "$1" "sudo sh -c 'umask 077; mkdir -p ${2%/*} && cat > $2 && chmod $3 $2'"; }

place() {
  local node=$1 pid pids=()
  on "$node" true # opens the connection that the others share
  put "$node" /usr/local/bin/k3s 755 < "$release/k3s" & pids+=($!)
  put "$node" "$images/k3s-airgap-images-amd64.tar.zst" 644 < "$release/k3s-airgap-images-amd64.tar.zst" & pids+=($!)
  config "$node" | put "$node" /etc/rancher/k3s/config.yaml 600 & pids+=($!)
  unit "$node" | put "$node" "/etc/systemd/system/$(unit_of "$node").service" 644 & pids+=($!)
  for pid in "${pids[@]}"; do wait "$pid"; done
}

start() { on "$1" "sudo systemctl enable --quiet --now --no-block $(unit_of "$1")"; }
answers() { on "$1" "until curl -sk $2 | grep -q '$3'; do sleep 0.2; done"; }

declare -A placing
for node in "${nodes[@]}"; do place "$node" & placing[$node]=$!; done

wait "${placing[$first]}"
start "$first"
answers "$first" https://127.0.0.1:6443/ping pong

starting=()
for node in "$second" "${workers[@]}"; do
  wait "${placing[$node]}"
  start "$node" & starting+=($!)
done
for pid in "${starting[@]}"; do wait "$pid"; done

# Members join one at a time: the witness when the second master votes.
answers "$second" http://127.0.0.1:2381/metrics '^etcd_server_is_learner 0'
wait "${placing[$witness]}"
start "$witness"
