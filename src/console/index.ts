export { ConsoleModule } from './console.module.js';
export { serveConsole } from './serve-console.js';
