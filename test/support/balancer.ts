import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Target {
  readonly url: string;
  readonly agent: Agent;
  isReady: boolean;
}

/**
 * A load balancer as there are many: it asks each instance again and again whether it is ready, keeps connections,
 * sends each request to the next instance that was ready when it last asked, and tries nothing twice.
 */
export class Balancer {
  url = '';
  private readonly targets: Target[];
  private readonly server: Server;
  private readonly polling: NodeJS.Timeout;
  private turn = 0;

  private constructor(urls: readonly string[], everyMs: number) {
    this.targets = urls.map((url) => ({ url, agent: new Agent({ keepAlive: true }), isReady: true }));
    this.server = createServer((incoming, answer) => this.pass(incoming, answer));
    this.polling = setInterval(() => this.targets.forEach((target) => void this.poll(target)), everyMs);
  }

  static async start(urls: readonly string[], everyMs: number): Promise<Balancer> {
    const balancer = new Balancer(urls, everyMs);
    balancer.server.listen(0, '127.0.0.1');
    await once(balancer.server, 'listening');
    balancer.url = `http://127.0.0.1:${(balancer.server.address() as AddressInfo).port}`;
    return balancer;
  }

  async stop(): Promise<void> {
    clearInterval(this.polling);
    for (const { agent } of this.targets) agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  isReady(url: string): boolean {
    return this.targets.some((target) => target.url === url && target.isReady);
  }

  private async poll(target: Target): Promise<void> {
    target.isReady = await fetch(`${target.url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  private pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const ready = this.targets.filter(({ isReady }) => isReady);
    const target = ready[this.turn++ % ready.length];
    const fail = (error: Error) => answer.writeHead(502).end(JSON.stringify({ code: `BadGateway: ${error.message}` }));
    if (!target) return void fail(new Error('nobody is ready'));
    const { method, url, headers } = incoming;
    const passed = request(`${target.url}${url}`, { method: method, headers, agent: target.agent });
    passed.on('error', fail);
    passed.on('response', (response) => {
      const { connection: _, ...kept } = response.headers;
      answer.writeHead(response.statusCode as number, kept);
      response.pipe(answer);
    });
    incoming.pipe(passed);
  }
}
