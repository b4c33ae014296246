// A process that sends requests over keep-alive connections, one at a time on each, and measures the answers. It shares
// the machine with what it measures, so it is as cheap as it can be: bare sockets, one buffer, and no more of HTTP than
// our own service speaks.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { trafficOf } from './traffic.mjs';
import { serveJobs } from './worker.mjs';

const readBufferBytes = 65_536;
const patienceMs = 10_000;
/** Open loop: so much later than planned, a request is dropped instead of sent. */
const lateMaxMs = 2_000;
/** Open loop: how many connections are used for the first time every other millisecond. */
const firstAtOnce = 4;

/** One connection. `send` takes a request and the moment it counts from; `onAnswer` gets both ends and the status. */
class Connection {
  #socket;
  #startedAt = 0;
  #rest = '';

  constructor({ port, onAnswer, onBroken }) {
    this.busy = false;
    this.closed = false;
    this.opened = new Promise((resolve, reject) => {
      const onread = {
        buffer: Buffer.allocUnsafe(readBufferBytes),
        callback: (bytes, buffer) => this.#read(bytes, buffer),
      };
      this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread }, resolve);
      this.#socket.once('error', reject);
      this.#socket.once('close', () => {
        this.closed = true;
        if (this.busy) this.onBroken(this);
      });
    });
    this.serve({ onAnswer, onBroken });
  }

  /** From now on it works for another measurement. */
  serve({ onAnswer, onBroken }) {
    Object.assign(this, { onAnswer, onBroken });
  }

  send(request, startedAt) {
    this.busy = true;
    this.#startedAt = startedAt;
    this.#socket.write(request, 'latin1');
  }

  close() {
    this.#socket.destroy();
  }

  #read(bytes, buffer) {
    this.#rest += buffer.latin1Slice(0, bytes);
    const headEnd = this.#rest.indexOf('\r\n\r\n');
    if (headEnd < 0) return true;
    const length = this.#rest.indexOf('\r\ncontent-length: ') + 18;
    if (length < 18) throw new Error(`an answer without a length:\n${this.#rest}`);
    const end = headEnd + 4 + Number(this.#rest.slice(length, this.#rest.indexOf('\r\n', length)));
    if (this.#rest.length < end) return true;
    const status = this.#rest.slice(9, 12);
    this.#rest = '';
    this.busy = false;
    this.onAnswer(this, status, this.#startedAt);
    return true;
  }
}

/** What became of the requests that were started between `from` and `until`; latencies in ms, of successes only. */
class Measurement {
  latencies = [];
  statuses = {};
  dropped = 0;
  broken = 0;
  unanswered = 0;
  inWindow = 0;
  slowestMs = 0;

  constructor(from, until) {
    Object.assign(this, { from, until });
  }

  count(status, startedAt) {
    const now = performance.now();
    if (status[0] === '2' && now >= this.from && now < this.until) this.inWindow += 1;
    if (startedAt < this.from || startedAt >= this.until) return;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.slowestMs = Math.max(this.slowestMs, now - startedAt);
    if (status[0] === '2') this.latencies.push(now - startedAt);
  }

  result() {
    const { statuses, dropped, broken, unanswered, slowestMs } = this;
    const sorted = Float64Array.from(this.latencies).sort();
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
    const seconds = (this.until - this.from) / 1000;
    return {
      perSecond: this.inWindow / seconds,
      latencyMs: { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: sorted.at(-1) ?? null },
      statuses,
      dropped,
      broken,
      unanswered,
      slowestMs,
    };
  }
}

async function openConnections({ ports, connections, ...handlers }) {
  const opened = Array.from({ length: connections }, (_, index) => {
    return new Connection({ port: ports[index % ports.length], ...handlers });
  });
  await Promise.all(opened.map((connection) => connection.opened));
  return opened;
}

/** The connections of fixed rates, by the ports they lead to. */
const kept = new Map();

/**
 * Those that are still open, and new ones for the rest. A client keeps its connections, so they are opened for the
 * first measurement only.
 */
async function keptConnections({ ports, connections, ...handlers }) {
  const name = ports.join();
  const open = (kept.get(name) ?? []).filter(({ busy, closed }) => !busy && !closed);
  for (const connection of open) connection.serve(handlers);
  const fresh = await openConnections({ ports, connections: connections - open.length, ...handlers });
  const all = [...open, ...fresh];
  kept.set(name, all);
  return { all, fresh };
}

function closeKept() {
  for (const connection of [...kept.values()].flat()) connection.close();
  kept.clear();
}

/**
 * Saturation: every connection sends its next request as soon as the last one is answered. A `crowd` may be at work
 * beside it.
 */
async function closedLoop({ crowd, ...job }) {
  closeKept();
  const from = performance.now() + job.warmUpMs;
  const window = { from, until: from + job.measureMs };
  if (!crowd) return saturate(job, window);
  const [result, beside] = await Promise.all([saturate(job, window), ask({ ...job, ...crowd }, window)]);
  return { ...result, crowd: beside };
}

async function saturate({ ports, connections, traffic }, { from, until }) {
  const next = trafficOf(traffic);
  const measurement = new Measurement(from, until);
  const proceed = (connection) => {
    const now = performance.now();
    if (now < measurement.until) connection.send(next(), now);
  };
  const opened = await openConnections({
    ports,
    connections,
    onAnswer(connection, status, startedAt) {
      measurement.count(status, startedAt);
      proceed(connection);
    },
    onBroken: () => (measurement.broken += 1),
  });
  for (const connection of opened) proceed(connection);
  await untilAnswered(measurement, opened);
  for (const connection of opened) connection.close();
  return measurement.result();
}

/**
 * So many clients, each of which sends its next request when the last one was answered; a second later, say, after a
 * 503.
 */
async function ask({ ports, clients, restMs, traffic }, { until }) {
  const next = trafficOf(traffic);
  const measurement = new Measurement(performance.now(), until);
  const proceed = (connection) => {
    const now = performance.now();
    if (now < until) connection.send(next(), now);
  };
  const opened = await openConnections({
    ports,
    connections: clients,
    onAnswer(connection, status, startedAt) {
      measurement.count(status, startedAt);
      setTimeout(proceed, status === '503' ? restMs : 0, connection);
    },
    onBroken: () => (measurement.broken += 1),
  });
  for (const connection of opened) proceed(connection);
  await untilAnswered(measurement, opened);
  for (const connection of opened) connection.close();
  return measurement.result();
}

/**
 * A fixed rate of arrivals, whatever the answers do. Latency counts from the moment a request was due, so that waiting
 * for a free connection, or for this very process, is not left out.
 */
async function openLoop({ ports, connections, warmUpMs, measureMs, perSecond, traffic }) {
  const next = trafficOf(traffic);
  const pauseMs = 1000 / perSecond;
  /** Used in turn: a server closes those on which nothing comes. */
  let free = [];
  let measurement;
  let due = Infinity;
  const sendDue = () => {
    for (const now = performance.now(); due <= now && due < measurement.until; due += pauseMs) {
      while (free[0]?.closed) free.shift();
      if (now - due > lateMaxMs) measurement.dropped += due >= measurement.from ? 1 : 0;
      else if (free.length > 0) free.shift().send(next(), due);
      else return;
    }
  };
  const { all, fresh } = await keptConnections({
    ports,
    connections,
    onAnswer(connection, status, startedAt) {
      measurement?.count(status, startedAt);
      free.push(connection);
      sendDue();
    },
    onBroken: () => (measurement.broken += 1),
  });
  free = all.filter((connection) => !fresh.includes(connection));
  await useEachOnce(fresh, next);
  due = performance.now();
  measurement = new Measurement(due + warmUpMs, due + warmUpMs + measureMs);
  while (performance.now() < measurement.until) {
    sendDue();
    await sleep(1);
  }
  await untilAnswered(measurement, all);
  return measurement.result();
}

/** A server closes connections on which nothing ever comes. A few at a time: a crowd at the start is no fixed rate. */
async function useEachOnce(connections, next) {
  const unused = [...connections];
  while (unused.length > 0 || connections.some(({ busy }) => busy)) {
    for (const connection of unused.splice(0, firstAtOnce)) connection.send(next(), performance.now());
    await sleep(2);
  }
}

/**
 * Waits for what is still under way. Connections that are left without an answer are closed: nothing else may go on
 * them.
 */
async function untilAnswered(measurement, connections) {
  const giveUpAt = measurement.until + patienceMs;
  const isUnderWay = () => performance.now() < measurement.until || connections.some(({ busy }) => busy);
  while (isUnderWay() && performance.now() < giveUpAt) await sleep(5);
  const left = connections.filter(({ busy }) => busy);
  measurement.unanswered = left.length - measurement.broken;
  for (const connection of left) connection.close();
}

serveJobs({ closedLoop, openLoop });
