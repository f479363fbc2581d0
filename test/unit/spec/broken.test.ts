import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readClusterFile } from '../../../src/spec/cluster-file.ts';
import { isProblems } from '../../../src/support/problem.ts';

test('every fault of a file is said at once, each at its place', () => {
  const text = readFileSync(new URL('../../../fixtures/clusters/broken.yaml', import.meta.url), 'utf8');
  const read = readClusterFile(text, 'broken.yaml', { home: '/home/ada', folder: '/site' });
  if (!isProblems(read)) throw new Error('the file was taken');
  expect(new Set(read.problems.map(({ code }) => code))).toEqual(new Set(['CLUSTER_FILE_INVALID']));
  expect(read.problems.map(({ message }) => message)).toEqual([
    'broken.yaml:2:13 "apiVersion" wants edgectl/v1, got "edgectl/v2"',
    'broken.yaml:4:19 "name" wants at most 63 lower-case letters, digits and "-", with a letter or digit at both ends, got "Crossing_17"',
    'broken.yaml:6:42 "local" wants true or false, got "maybe"',
    'broken.yaml:7:30 "port" wants a whole number from 1 to 65535, got 70000',
    'broken.yaml:7:37 unknown key "keys" in ssh; did you mean "key"?',
    'broken.yaml:7:62 unknown key "password" in ssh; no secret belongs in this file: edgectl asks for it, or reads EDGECTL_SSH_PASSWORD',
    'broken.yaml:9:7 missing key "address" in a host',
    'broken.yaml:9:9 unknown key "adress" in a host; did you mean "address"?',
    'broken.yaml:10:31 "address" wants an IPv4 address of a machine, such as 10.20.0.11, got "10.20.0.300"',
    'broken.yaml:10:50 "role" wants auto or worker, got "master"',
    'broken.yaml:11:15 name "box-b" stands twice: line 10 has it too',
    'broken.yaml:11:52 "hostKey" wants SHA256: and 43 characters, or a whole public key such as ssh-ed25519 AAAA…, got "MD5:00:11"',
    'broken.yaml:12:15 "operator" is what the machine that edgectl runs on is called; take another name',
    'broken.yaml:12:34 address "10.20.0.13" stands twice: line 11 has it too',
    'broken.yaml:12:56 key "camera north" in labels wants a label key such as camera or example.org/camera',
    'broken.yaml:12:78 "gpu" wants at most 63 letters, digits, "-", "_" and "." as text (put numbers, true and false in quotes), got true',
    'broken.yaml:12:96 an entry of taints wants key=value:Effect, the effect being NoSchedule, PreferNoSchedule or NoExecute, got "dedicated"',
    'broken.yaml:15:7 key "name" stands twice in this mapping',
    'broken.yaml:16:14 missing key "address" in bastion',
    'broken.yaml:16:31 "port" wants a whole number from 1 to 65535, got "ssh"',
    'broken.yaml:17:7 a host wants a mapping, got "box-z"',
    'broken.yaml:18:21 2 masters with "ha: none" are refused: the quorum of 2 etcd members is 2, so losing either one stops writes; say "ha: witness", or "elect: 1"',
    'broken.yaml:18:39 "vip" wants an address of its own, but 10.20.0.11 is the machine of line 6',
    'broken.yaml:18:64 "schedulable" wants true or false, got "yes"',
    'broken.yaml:20:14 "version" wants the form v1.34.2+k3s1, got 1.34',
    'broken.yaml:21:13 "source" wants an http(s) address without user, password or query, or a folder, got "ftp://mirror/k3s"',
    'broken.yaml:23:7 "token" cannot stand in k3s.server: edgectl mints the tokens itself, and no secret belongs in this file',
    'broken.yaml:24:21 "cluster-cidr" wants a network such as 10.42.0.0/16, got "10.42.0.0/33"',
    'broken.yaml:25:7 unknown k3s key "flanel-backend" in k3s.server; did you mean "flannel-backend"?',
    'broken.yaml:27:24 "etcd-s3-timeout" wants a duration such as 5m or 90s, got "soon"',
    'broken.yaml:28:20 "kubelet-arg" wants text, a number, true, false, or a list of texts',
    'broken.yaml:30:7 "flannel-backend" belongs to k3s.server: it has to be equal on all servers, and k3s\'s agent would not start with it',
    'broken.yaml:31:7 "tls-san" belongs to k3s.server: k3s\'s agent would not start with it',
    'broken.yaml:32:7 unknown k3s key "future-flag" in k3s.agent; if it is newer than this edgectl, list it in k3s.allowUnknownKeys',
    'broken.yaml:33:7 "node-label" cannot stand in k3s.agent: put labels under a host\'s labels',
    'broken.yaml:34:25 missing key "reason" in a waive entry',
    'broken.yaml:34:50 no host is called "cam-norht"; did you mean "cam-south"?',
    'broken.yaml:34:71 "code" wants the code of a check, such as DISK_EMMC, got "disk"',
    'broken.yaml:35:3 "time" wants a mapping, got nothing',
    'broken.yaml:36:3 unknown key "gpus" in spec; did you mean "gpu"?',
    'broken.yaml:37:15 "url" wants an address such as nats-tls://hub.example.org, got "https://‹…›@hub.example.org"',
    'broken.yaml:37:65 "tokenFile" wants a path, got 1',
  ]);
});
