import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './program.mjs';

/** 198.18.0.0/15 is set aside for tests of networks: nothing of the machine's is there. */
const subnet = (number) => `198.18.${number}`;
const subnetTries = 20;

/** Whether this machine lets us make networks: Linux, root, and the programs for it. */
export function canSplitNetworks() {
  const tools = ['unshare', 'nsenter', 'ip'].every((tool) => spawnSync(tool, ['-V']).status === 0);
  return tools && spawnSync('unshare', ['--net', 'true']).status === 0;
}

/**
 * A machine for each of some programs, as far as the network goes: a namespace with an address of its own, behind a
 * router (one more namespace) that can be told to lose what goes from one to the other. We reach all of them all the
 * time. A namespace lives as long as the process that holds it, and so ends with us, however we end.
 */
export class SplitNetwork {
  #router;
  #machines;

  static async open(count, folder) {
    const network = new SplitNetwork();
    network.#router = holder('router', folder);
    network.#machines = Array.from({ length: count }, (_, index) => holder(`machine-${index + 1}`, folder));
    try {
      for (const program of [network.#router, ...network.#machines]) await program.start();
      network.#connect();
    } catch (error) {
      await network.close();
      throw error;
    }
    return network;
  }

  async close() {
    for (const program of [this.#router, ...this.#machines]) await program.discard();
  }

  /** How to launch there what `launch` says. */
  inside(index, { command, args, ...launch }) {
    return { ...launch, command: 'nsenter', args: [...this.#enter(this.#machines[index]), command, ...args] };
  }

  /** From now on nothing comes from this machine to the others, nor from them to it; nobody is told so. */
  cut(index) {
    this.#rules('add', index);
  }

  heal(index) {
    this.#rules('del', index);
  }

  #rules(change, index) {
    const own = this.hosts[index];
    for (const other of this.hosts.filter((host) => host !== own)) {
      this.#inRouter('ip', 'rule', change, 'blackhole', 'from', own, 'to', other);
      this.#inRouter('ip', 'rule', change, 'blackhole', 'from', other, 'to', own);
    }
  }

  #connect() {
    const router = this.#router.pid;
    const number = this.#connectUs(router);
    const gateway = `${subnet(number)}.253`;
    this.hosts = this.#machines.map((_, index) => `${subnet(number)}.${index + 1}`);
    this.#inRouter('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward');
    for (const [index, machine] of this.#machines.entries()) {
      const link = `machine${index}`;
      const there = (...args) => run('nsenter', ...this.#enter(machine), 'ip', ...args);
      const here = (...args) => this.#inRouter('ip', ...args);
      here('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(machine.pid));
      here('link', 'set', link, 'up');
      here('route', 'add', this.hosts[index], 'dev', link);
      there('link', 'set', 'lo', 'up');
      there('addr', 'add', this.hosts[index], 'dev', 'eth0');
      there('link', 'set', 'eth0', 'up');
      there('route', 'add', 'default', 'via', gateway, 'dev', 'eth0', 'onlink');
    }
  }

  /** @returns the number of a subnet that nobody else has */
  #connectUs(router) {
    for (let tries = 1; ; tries++) {
      const number = Math.floor(Math.random() * 256);
      const [us, gateway] = [`${subnet(number)}.254`, `${subnet(number)}.253`];
      const link = `pay${number}`;
      try {
        run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'us', 'netns', String(router));
      } catch (error) {
        if (tries === subnetTries) throw error;
        continue;
      }
      run('ip', 'addr', 'add', us, 'dev', link);
      run('ip', 'link', 'set', link, 'up');
      this.#inRouter('ip', 'addr', 'add', gateway, 'dev', 'us');
      this.#inRouter('ip', 'link', 'set', 'us', 'up');
      this.#inRouter('ip', 'route', 'add', us, 'dev', 'us');
      run('ip', 'route', 'add', `${subnet(number)}.0/24`, 'via', gateway, 'dev', link, 'onlink', 'src', us);
      return number;
    }
  }

  #inRouter(...command) {
    run('nsenter', ...this.#enter(this.#router), ...command);
  }

  #enter = ({ pid }) => [`--net=/proc/${pid}/ns/net`, '--'];
}

const namespaceOf = (pid) => readlinkSync(`/proc/${pid}/ns/net`);

function holder(name, folder) {
  const program = new Program({
    name: `the network of ${name}`,
    folder: join(folder, `network-${name}`),
    launch: { command: 'unshare', args: ['--net', 'sleep', 'infinity'] },
    ready: async () => program.running && namespaceOf(program.pid) !== namespaceOf('self'),
  });
  return program;
}

function run(command, ...args) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error ?? stderr.trim()}`);
}
