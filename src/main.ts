import { isTracingWanted } from './platform/config/tracing-wanted.js';

// What is traced must be so before it is used, and where nothing is, none of it is loaded.
if (isTracingWanted()) (await import('./platform/tracing/tracing.js')).startTracing();
await import('./service.js');
