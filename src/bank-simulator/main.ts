import { loadSimulatorConfig } from './config.js';
import { buildSimulator } from './server.js';

const config = loadSimulatorConfig(process.env);
const simulator = buildSimulator(config);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
const address = await simulator.listen({ host: config.host, port: config.port });
console.log(`Bank simulator listening on ${address}${config.dataFile ? `, its record in ${config.dataFile}` : ''}`);
