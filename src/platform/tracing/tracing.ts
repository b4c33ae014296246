import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { MySQL2Instrumentation } from '@opentelemetry/instrumentation-mysql2';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { channel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';

const DEFAULT_NAME = 'pay';
/** What was not sent by then is lost with a process that ends. */
const SEND_EVERY_MS = 1_000;
const QUIET = /^\/(health|metrics)/;
/** URLs may hold keys, and addresses are personal data. */
const HIDDEN = ['url.full', 'url.path', 'url.query', 'client.address', 'network.peer.address', 'user_agent.original'];

/** Sends spans on in batches, without what must not leave this process. */
class DiscreetProcessor extends BatchSpanProcessor {
  override onEnd(span: ReadableSpan): void {
    for (const name of HIDDEN) delete span.attributes[name];
    super.onEnd(span);
  }
}

/**
 * Sends spans of requests, and of what they ask of the database, Redis, banks and receivers, to where the standard
 * variables (OTEL_EXPORTER_OTLP_ENDPOINT and others) say. To be called before anything else is loaded. A group of
 * payments is one transaction, whose statements belong to the trace of the payment that was first in it.
 */
export function startTracing(): void {
  const named = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': DEFAULT_NAME }))
    .merge(detectResources({ detectors: [envDetector] }));
  const processor = new DiscreetProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: SEND_EVERY_MS });
  const provider = new TracerProvider({ resource: named, spanProcessors: [processor] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  registerInstrumentations({
    instrumentations: [
      new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url = '' }) => QUIET.test(url) }),
      new MySQL2Instrumentation({ maskStatement: true, maskStatementHook: firstWordsOf }),
      new IORedisInstrumentation({ dbStatementSerializer: (command) => command }),
      new UndiciInstrumentation({ requireParentforSpans: true }),
    ],
  });
  // They are patched when they are required; those who import them get the same classes.
  const require = createRequire(import.meta.url);
  for (const name of ['node:http', 'mysql2', 'ioredis']) require(name);
  nameAfterRoutes();
}

/** `INSERT INTO movements`: what a statement does, and nothing of its values. */
function firstWordsOf(statement: string): string {
  return /^\s*[a-z_]+(\s+[a-z_]+){0,2}/i.exec(statement)?.[0].trim() ?? '';
}

/** Node's HTTP server knows no routes; Fastify tells them. */
function nameAfterRoutes(): void {
  channel('tracing:fastify.request.handler:start').subscribe((message) => {
    const { request, route } = message as { request: { method: string }; route: { url: string } };
    trace.getActiveSpan()?.updateName(`${request.method} ${route.url}`).setAttribute('http.route', route.url);
  });
}
